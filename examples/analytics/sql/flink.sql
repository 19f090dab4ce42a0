-- Outcomes in Flink SQL, with the connector flink-sql-connector-kafka. Documented, not run in the suite.
-- The grant's folder is readable by every task manager; see client.properties in it for the same settings.

CREATE TABLE outcome (
  eventId STRING, subject STRING, tenant STRING, purpose STRING, `object` STRING, region STRING, jurisdiction STRING,
  outcome STRING, reason STRING,
  decision ROW<outcome STRING, reason STRING, transferBasis STRING>,
  fields ROW<actions MAP<STRING, INT>, categories MAP<STRING, INT>, entities MAP<STRING, INT>>,
  answeredIn STRING, pool STRING, model STRING,
  tokens ROW<`input` INT, `output` INT>,
  cost ROW<amount DOUBLE, currency STRING>,
  modelDurationMs DOUBLE,
  stepsMs ROW<classified DOUBLE, decided DOUBLE, answered DOUBLE, writtenBack DOUBLE>,
  facets MAP<STRING, STRING>,
  receivedAt TIMESTAMP_LTZ(3), finishedAt TIMESTAMP_LTZ(3), durationMs DOUBLE,
  WATERMARK FOR finishedAt AS finishedAt - INTERVAL '1' MINUTE
) WITH (
  'connector' = 'kafka',
  'topic' = 'eu.analytics.outcome.bi-team.v1',
  'properties.bootstrap.servers' = 'kafka.eu-central.example:9093',
  'properties.group.id' = 'eu-central.consumer.bi-team.flink',
  'properties.security.protocol' = 'SSL',
  'properties.ssl.keystore.type' = 'PEM',
  'properties.ssl.keystore.location' = '/opt/grants/bi-team/keystore.pem',
  'properties.ssl.truststore.type' = 'PEM',
  'properties.ssl.truststore.location' = '/opt/grants/bi-team/authority.pem',
  'properties.isolation.level' = 'read_committed',
  'scan.startup.mode' = 'earliest-offset',
  'format' = 'json',
  'json.timestamp-format.standard' = 'ISO-8601',
  'json.ignore-parse-errors' = 'false'
);

-- A later message about an event replaces the earlier one.
CREATE VIEW latest AS
SELECT * FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY eventId ORDER BY finishedAt DESC) AS nth FROM outcome
) WHERE nth = 1;

SELECT purpose, outcome, COUNT(*) AS records, SUM(cost.amount) AS cost FROM latest GROUP BY purpose, outcome;
