-- Ends a token for good; the first moment stays. 0 rows when there is no such token. $1 id, $2 now.
UPDATE api_tokens SET revoked_at = coalesce(revoked_at, $2) WHERE id = $1
