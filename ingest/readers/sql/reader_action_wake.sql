-- Has the open action of a reader looked at now. $1 Stripe's reader, $2 now.
UPDATE reader_actions SET look_at = $2 WHERE stripe_reader = $1 AND ended_at IS NULL AND look_at > $2
