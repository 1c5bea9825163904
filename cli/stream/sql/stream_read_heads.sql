-- The newest sequence number of each source of the stream, 0 where there is none.
SELECT coalesce((SELECT max(seq) FROM events), 0)::text AS payments,
       coalesce((SELECT max(seq) FROM webhook_events), 0)::text AS webhooks,
       coalesce((SELECT max(seq) FROM alert_timeline), 0)::text AS alerts,
       coalesce((SELECT max(seq) FROM exception_history), 0)::text AS exceptions
