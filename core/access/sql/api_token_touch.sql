-- Notes that a token was used. $1 id, $2 now.
UPDATE api_tokens SET last_used_at = $2 WHERE id = $1
