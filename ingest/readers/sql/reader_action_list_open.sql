-- Open actions, one per reader at most, with the tills of their payments.
SELECT a.*, p.till_id FROM reader_actions a JOIN payments p ON p.id = a.payment_id WHERE a.ended_at IS NULL ORDER BY a.started_at
