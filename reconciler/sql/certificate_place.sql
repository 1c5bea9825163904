-- Where the certificate $1 stands: the newest version of its series, the version before it, and how long the chain is.
SELECT (SELECT max(n.version) FROM certificates n
        WHERE (n.business_date, n.currency, n.balance_type) = (c.business_date, c.currency, c.balance_type)) AS newest_version,
       (SELECT o.id FROM certificates o
        WHERE (o.business_date, o.currency, o.balance_type) = (c.business_date, c.currency, c.balance_type)
          AND o.version = c.version - 1) AS previous_id,
       (SELECT max(seq) FROM certificates) AS chain_length
FROM certificates c WHERE c.id = $1
