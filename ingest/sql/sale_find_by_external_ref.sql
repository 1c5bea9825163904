-- Id of the sale that a till sent under a ref. $1 till, $2 external ref.
SELECT id FROM sales WHERE till_id = $1 AND external_ref = $2
