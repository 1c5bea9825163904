-- The last place of the chain.
SELECT position, entry_id, hash FROM audit_seals ORDER BY position DESC LIMIT 1
