-- People, those who left last, by name. $1 one person, or null for all.
SELECT p.id, p.email, p.name, p.role, p.stores, p.status, p.pin_hash IS NOT NULL AS has_pin, p.totp_confirmed_at IS NOT NULL AS has_mfa,
       p.created_at, p.removed_at, p.removed_why, p.version,
       (SELECT max(s.last_seen_at) FROM sessions s WHERE s.person_id = p.id) AS last_seen_at
FROM people p WHERE ($1::text IS NULL OR p.id = $1) ORDER BY p.status = 'removed', p.name, p.id
