-- The first date with any sale, entry (but the one of what was held at go-live) or balance transaction, and the last date with
-- a nightly run; nulls when there is none.
SELECT least((SELECT min(business_date) FROM journal_entries WHERE kind <> 'opening'), (SELECT min(business_date) FROM sales),
             (SELECT min(business_date) FROM balance_transactions)) AS first_date,
       (SELECT max(from_date) FROM reconciliation_runs WHERE kind = 'nightly') AS last_nightly
