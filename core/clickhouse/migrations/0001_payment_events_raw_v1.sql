-- One row per event; the relay may send a batch twice, so readers use FINAL (same sorting key = same event).
CREATE TABLE IF NOT EXISTS payment_events_raw_v1
(
    event_id       String,
    type           LowCardinality(String),
    occurred_at    DateTime64(3, 'UTC'),
    recorded_at    DateTime64(3, 'UTC'),
    store_id       LowCardinality(String),
    till_id        LowCardinality(String),
    sale_id        String,
    payment_id     String,
    refund_id      String,
    method         LowCardinality(String),
    currency       LowCardinality(String),
    amount_minor   Int64,
    status         LowCardinality(String),
    outcome        LowCardinality(String),
    failure_class  LowCardinality(String),
    decline_code   LowCardinality(String),
    latency_ms     Nullable(UInt32),
    stripe_object  String,
    first_writer   LowCardinality(String),
    trace_id       String
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(occurred_at)
ORDER BY (type, occurred_at, event_id)
SETTINGS non_replicated_deduplication_window = 1000
