-- One exception with its last note and pending request. $1 id.
SELECT e.id, e.category, e.object, e.status, e.healed, e.severity, e.currency, e.expected, e.actual, e.difference, e.business_date,
       e.payment_id, e.details, e.version, e.opened_run_id, e.last_seen_run_id, e.resolved_run_id, e.first_seen_at, e.last_seen_at,
       e.resolved_at, e.occurred_at, e.due_at, e.next_rating_at, e.owner, e.resolution, e.reason, e.resolved_by, e.resolved_by_name,
       e.adjustment_entry,
       (SELECT jsonb_build_object('text', n.text, 'by', n.by_name, 'at', n.at) FROM exception_notes n
        WHERE n.exception_id = e.id ORDER BY n.at DESC, n.id DESC LIMIT 1) AS last_note,
       (SELECT jsonb_build_object('id', a.id, 'resolution', a.resolution, 'reason', a.reason, 'note', a.note, 'account', a.account,
               'counterpart_id', a.counterpart_id, 'requested_by', a.requested_name, 'requested_at', a.requested_at)
        FROM exception_approvals a WHERE a.exception_id = e.id AND a.status = 'pending') AS approval
FROM exceptions e WHERE e.id = $1
