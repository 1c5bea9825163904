-- Failed tries since $3: for account $1 from address $2, and from the address at all.
SELECT count(*) FILTER (WHERE account = $1)::int AS of_account, count(*)::int AS of_ip FROM login_failures WHERE ip = $2 AND at > $3
