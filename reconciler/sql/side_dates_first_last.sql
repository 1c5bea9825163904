-- First and last date that either side of the comparison can have in Postgres; nulls when there is none.
SELECT least((SELECT min(business_date) FROM balance_transactions), (SELECT min(business_date) FROM journal_entries)) AS first_date,
       greatest((SELECT max(business_date) FROM balance_transactions), (SELECT max(business_date) FROM journal_entries)) AS last_date
