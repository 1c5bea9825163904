-- Asks for a second person. $1 id, $2 exception, $3 counterpart or null, $4 resolution, $5 reason, $6 note or null, $7 account or null,
-- $8 whether the rest is written off, $9 plan, $10 token, $11 its name, $12 at.
INSERT INTO exception_approvals (id, exception_id, counterpart_id, resolution, reason, note, account, write_off_rest, plan, status,
                                 requested_by, requested_name, requested_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'pending', $10, $11, $12)
