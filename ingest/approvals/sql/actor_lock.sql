-- One refund of a person at a time until the database transaction ends: two at once would each see a day without the other. $1 actor.
SELECT pg_advisory_xact_lock(hashtextextended('refunds:' || coalesce((SELECT person FROM actors WHERE id = $1), $1), 0))
