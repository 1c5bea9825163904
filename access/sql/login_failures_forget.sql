-- A log-in that came through wipes out the failed tries for account $1 from address $2.
DELETE FROM login_failures WHERE account = $1 AND ip = $2
