/** The full join that both peers run, in the dialect that they share. Duplicates are not among what it must find. */
export const FULL_JOIN = `
SELECT coalesce(l.key, r.key) AS key,
       CASE WHEN r.key IS NULL THEN 'only_stripe' WHEN l.key IS NULL THEN 'only_ledger' ELSE 'differs' END AS kind,
       concat(CASE WHEN l.object <> r.object THEN 'object' END, CASE WHEN l.currency <> r.currency THEN 'currency' END,
              CASE WHEN l.amount <> r.amount THEN 'amount' END, CASE WHEN l.fee <> r.fee THEN 'fee' END,
              CASE WHEN l.net <> r.net THEN 'net' END, CASE WHEN l.created <> r.created THEN 'created' END,
              CASE WHEN l.business_date <> r.business_date THEN 'business_date' END) AS columns,
       l.amount AS stripe_amount, r.amount AS ledger_amount, l.currency AS stripe_currency, r.currency AS ledger_currency
FROM stripe AS l FULL OUTER JOIN ledger AS r ON l.key = r.key
WHERE l.key IS NULL OR r.key IS NULL OR l.object <> r.object OR l.currency <> r.currency OR l.amount <> r.amount
   OR l.fee <> r.fee OR l.net <> r.net OR l.created <> r.created OR l.business_date <> r.business_date`

/** The tables of the two sides; PostgreSQL's and DuckDB's types have the same names. */
export const tableDdl = (name: string, prefix = ''): string =>
  `CREATE ${prefix} TABLE ${name} (key text, object text, currency text, amount bigint, fee bigint, net bigint, created timestamp,
     business_date date)`

/** What a peer found, to be compared with what was planted. */
export type PeerRow = { readonly key: string; readonly kind: string; readonly columns: string }
