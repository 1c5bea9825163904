-- Journal entries that do not sum to zero in a currency: none can exist unless the constraint was switched off.
SELECT entry_id, currency, sum(amount)::bigint AS off_by FROM postings GROUP BY entry_id, currency HAVING sum(amount) <> 0 LIMIT 100
