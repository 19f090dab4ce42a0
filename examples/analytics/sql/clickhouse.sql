-- Outcomes in ClickHouse: a Kafka table, and a table that keeps the last message about each event. Documented, not run in the suite.
-- The grant's folder is on the server; its paths go into the server's configuration, where librdkafka's settings are:
--
--   <kafka>
--     <security_protocol>ssl</security_protocol>
--     <ssl_ca_location>/etc/clickhouse-server/bi-team/authority.pem</ssl_ca_location>
--     <ssl_certificate_location>/etc/clickhouse-server/bi-team/certificate.pem</ssl_certificate_location>
--     <ssl_key_location>/etc/clickhouse-server/bi-team/key.pem</ssl_key_location>
--     <isolation_level>read_committed</isolation_level>
--     <auto_offset_reset>earliest</auto_offset_reset>
--   </kafka>

CREATE TABLE outcome_stream (message String)
ENGINE = Kafka
SETTINGS kafka_broker_list = 'kafka.eu-central.example:9093',
         kafka_topic_list = 'eu.analytics.outcome.bi-team.v1',
         kafka_group_name = 'eu-central.consumer.bi-team.clickhouse',
         kafka_format = 'JSONAsString';

CREATE TABLE outcome (
  event_id String, tenant LowCardinality(String), purpose LowCardinality(String), outcome LowCardinality(String),
  reason LowCardinality(Nullable(String)), answered_in LowCardinality(Nullable(String)), model LowCardinality(Nullable(String)),
  tokens Nullable(UInt32), amount Nullable(Float64), currency LowCardinality(Nullable(String)),
  duration_ms Nullable(Float64), finished_at DateTime64(3, 'UTC'), message String
) ENGINE = ReplacingMergeTree(finished_at) ORDER BY event_id;

CREATE MATERIALIZED VIEW outcome_taken TO outcome AS
SELECT JSONExtractString(message, 'eventId') AS event_id,
       JSONExtractString(message, 'tenant') AS tenant,
       JSONExtractString(message, 'purpose') AS purpose,
       JSONExtractString(message, 'outcome') AS outcome,
       JSONExtract(message, 'reason', 'Nullable(String)') AS reason,
       JSONExtract(message, 'answeredIn', 'Nullable(String)') AS answered_in,
       JSONExtract(message, 'model', 'Nullable(String)') AS model,
       JSONExtract(message, 'tokens', 'input', 'Nullable(UInt32)') + JSONExtract(message, 'tokens', 'output', 'Nullable(UInt32)') AS tokens,
       JSONExtract(message, 'cost', 'amount', 'Nullable(Float64)') AS amount,
       JSONExtract(message, 'cost', 'currency', 'Nullable(String)') AS currency,
       JSONExtract(message, 'durationMs', 'Nullable(Float64)') AS duration_ms,
       parseDateTime64BestEffort(JSONExtractString(message, 'finishedAt'), 3, 'UTC') AS finished_at,
       message
FROM outcome_stream;

SELECT purpose, count() AS records, countIf(outcome = 'answered') AS answered, round(quantile(0.95)(duration_ms)) AS p95_ms
FROM outcome FINAL GROUP BY purpose ORDER BY records DESC;
