-- Requests of the exception $1, newest first.
SELECT id, exception_id, counterpart_id, resolution, reason, note, account, write_off_rest, plan::text AS plan, status, requested_by,
       requested_name, requested_at, decided_by, decided_name, decided_at, decision_note
FROM exception_approvals WHERE exception_id = $1 ORDER BY requested_at DESC, id DESC
