-- Currencies and balance types that ever had rows, with the first date of each.
SELECT currency, balance_type, min(business_date) AS first_date
FROM balance_transactions
GROUP BY currency, balance_type
