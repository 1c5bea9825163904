-- The token $1 is followed by $2 and works until $3.
UPDATE api_tokens SET rotated_to = $2, expires_at = $3 WHERE id = $1
