-- For each row of the certificates $1: what the certificate says of its pairing, the live pairing, and the entry that settled
-- it with its postings.
SELECT r.certificate_id, r.balance_transaction_id AS id, r.version, r.state, r.category, r.counterpart AS movement_key,
       b.business_date, b.stripe_created, b.source, p.version AS live_version, p.state AS live_state, p.category AS live_category,
       p.movement_key AS live_movement_key, p.movement_entry, p.counterpart AS live_counterpart, p.plan, p.revision, p.run_id,
       p.settlement_entry, m.payment_id, e.kind, e.source_id, e.revision AS entry_revision, e.cause_id,
       e.business_date AS entry_date, e.occurred_at, e.payment_id AS entry_payment_id,
       coalesce((SELECT jsonb_agg(jsonb_build_array(l.account, l.object, l.currency, l.amount::text) ORDER BY l.position)
                 FROM postings l WHERE l.entry_id = p.settlement_entry), '[]'::jsonb) AS postings
FROM certificate_rows r
JOIN balance_transactions b ON b.id = r.balance_transaction_id AND b.version = r.version
LEFT JOIN pairings p ON p.balance_transaction_id = r.balance_transaction_id AND p.ended_run_id IS NULL
LEFT JOIN journal_entries m ON m.id = p.movement_entry
LEFT JOIN journal_entries e ON e.id = p.settlement_entry
WHERE r.certificate_id = ANY ($1::text[])
ORDER BY r.certificate_id, r.position
