-- What the two sides of the comparison were filled with, per date and currency: by Postgres' own count, sums and digest, which
-- the copy agreed with when it was filled. rows = 0: the date is empty.
CREATE TABLE IF NOT EXISTS reconciliation_copies_v1
(
    side           LowCardinality(String),
    business_date  Date,
    currency       LowCardinality(String),
    rows           UInt64,
    amount         Int64,
    fee            Int64,
    net            Int64,
    digest         String,
    hashes         UInt64,
    hash_version   UInt16,
    fill           UInt64
)
ENGINE = ReplacingMergeTree(fill)
ORDER BY (side, business_date, currency)
