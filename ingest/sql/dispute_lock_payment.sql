-- The payment whose charge something is about, with what its entries and events name; locks it, so that nobody else adds the
-- same dispute or warning meanwhile. $1 charge.
SELECT id, sale_id, till_id, store_id, currency, trace_id FROM payments WHERE stripe_charge = $1 AND amount_captured > 0
FOR UPDATE
