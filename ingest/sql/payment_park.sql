-- Marks a payment that a person must look at; the first mark stays. $1 payment, $2 code, $3 what is wrong, $4 now.
UPDATE payments
SET attention = coalesce(attention, $2), attention_at = coalesce(attention_at, $4),
    attention_detail = CASE WHEN attention IS NULL THEN $3 ELSE attention_detail END, updated_at = $4, version = version + 1
WHERE id = $1
