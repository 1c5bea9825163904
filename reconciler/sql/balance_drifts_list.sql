-- What is left of the balance equation since each date, per currency, of the balance type $1.
SELECT currency, business_date AS date, amount FROM balance_drifts WHERE balance_type = $1 AND amount <> 0
ORDER BY currency, business_date
