-- Net and fee of the row $1 as Stripe last showed it, unless it is gone.
SELECT id, net, fee FROM balance_transactions_current WHERE id = $1 AND NOT gone
