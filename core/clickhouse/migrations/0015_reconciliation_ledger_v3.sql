-- The ledger's side of the comparison: what the books say was settled, one row per balance transaction. A copy of the Postgres
-- view reconciliation_ledger_side, replaced partition by partition; k and h carry the comparison (docs/full-comparison.md).
-- Another expression for h or whole is another table, _v4: the number is the version of both.
CREATE TABLE IF NOT EXISTS reconciliation_ledger_v3
(
    key            String,
    object         String,
    currency       LowCardinality(String),
    amount         Int64,
    fee            Int64,
    net            Int64,
    created        DateTime('UTC'),
    business_date  Date,
    ref            String,
    k              UInt64 MATERIALIZED cityHash64(key),
    h              UInt64 MATERIALIZED cityHash64(key, object, currency, amount, fee, net, created, business_date),
    -- The row once more, as one text. The rows that differ stand far apart; of each, one column is read and not ten.
    whole          String MATERIALIZED toJSONString([toString(key), toString(object), toString(currency), toString(amount),
                       toString(fee), toString(net), toString(created), toString(business_date), toString(ref), toString(h)])
                       SETTINGS (min_compress_block_size = 1024),
    -- Exact sums, kept while inserting and merging: what the copy is compared with Postgres by.
    PROJECTION money
    (
        SELECT business_date, currency, count(), sum(amount), sum(fee), sum(net), sum(h) GROUP BY business_date, currency
    )
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(business_date)
ORDER BY k
SETTINGS index_granularity = 64
