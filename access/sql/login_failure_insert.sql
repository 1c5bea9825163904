-- Notes a failed try. $1 kind, $2 account, $3 address, $4 now.
INSERT INTO login_failures (kind, account, ip, at) VALUES ($1, $2, $3, $4)
