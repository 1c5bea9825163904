-- What our books and Stripe tell differently, one row: payments that wait for a person because Stripe's answer did not fit, and
-- open exceptions of state.
SELECT (SELECT count(*) FROM payments WHERE attention IS NOT NULL)::integer AS waiting,
       (SELECT count(*) FROM exceptions WHERE status = 'open' AND category = 'status_mismatch')::integer AS exceptions
