-- A text that changes whenever something was accepted or recorded here.
SELECT concat_ws('/', (SELECT max(seq) FROM webhook_events), (SELECT max(seq) FROM events)) AS marks
