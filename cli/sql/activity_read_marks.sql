-- A text that changes whenever the inbox or the events grew: what the sandbox's clock compares between two quiet rounds.
SELECT concat_ws('/', (SELECT max(seq) FROM webhook_events), (SELECT max(seq) FROM events)) AS marks
