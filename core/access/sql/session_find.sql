-- The open session with the secret's digest $1, its person, and the tills of the person's stores (null: all).
SELECT s.id, s.person_id, s.state, s.till_id, s.stepped_up_at, s.last_seen_at, s.created_at, s.expires_at,
       p.name, p.email, p.role, p.stores, p.status,
       CASE WHEN p.stores IS NULL THEN NULL
            ELSE (SELECT coalesce(array_agg(t.id ORDER BY t.id), '{}') FROM tills t WHERE t.store_id = ANY (p.stores)) END AS tills
FROM sessions s JOIN people p ON p.id = s.person_id
WHERE s.secret_sha256 = $1 AND s.ended_at IS NULL
