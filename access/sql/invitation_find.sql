-- The unused invitation with digest $1 that has not expired at $2, and its person.
SELECT i.id, i.person_id, p.name, p.email FROM invitations i JOIN people p ON p.id = i.person_id
WHERE i.digest = $1 AND i.used_at IS NULL AND i.expires_at > $2 AND p.status <> 'removed' FOR UPDATE OF i
