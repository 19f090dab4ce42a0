import { READER_ROLE } from './scope/scoped-reads.js';

/**
 * A tenant's reads see its own rows. A setting that was never made is null and one that ended with its transaction is empty: either is no tenant,
 * whatever a row says. The auditor reads everything; the service, which owns the tables, is exempt, so its writes are judged by nothing.
 */
const tenantRows = (table: string): string => `
   ALTER TABLE lineage.${table} ENABLE ROW LEVEL SECURITY;
   CREATE POLICY of_tenant ON lineage.${table} FOR SELECT TO "${READER_ROLE}"
     USING (tenant = nullif(current_setting('lineage.tenant', true), ''));
   CREATE POLICY of_auditor ON lineage.${table} FOR SELECT TO auditor USING (true);
   GRANT SELECT ON lineage.${table} TO "${READER_ROLE}";`;

/**
 * Forward-only migrations of schema `lineage`. Columns of `event` that people filter by are generated from the
 * summary, so that the two cannot differ.
 */
export const MIGRATIONS: readonly string[] = [
  `CREATE TABLE lineage.fact (
     fact_id text PRIMARY KEY,
     event_id text NOT NULL,
     tenant text NOT NULL,
     kind text NOT NULL,
     at timestamptz NOT NULL,
     partition integer NOT NULL,
     seq bigint NOT NULL,
     body bytea NOT NULL
   );
   COMMENT ON COLUMN lineage.fact.seq IS 'Offset in the partition of the fact topic.';
   COMMENT ON COLUMN lineage.fact.body IS 'bailiwick.lineage.v1.Fact, as it was received.';
   CREATE INDEX fact_of_event ON lineage.fact (event_id);
   CREATE TABLE lineage.event (
     event_id text PRIMARY KEY,
     summary jsonb NOT NULL,
     tenant text GENERATED ALWAYS AS (summary->>'tenant') STORED,
     purpose text GENERATED ALWAYS AS (summary->>'purpose') STORED,
     outcome text GENERATED ALWAYS AS (summary->'standing'->>'outcome') STORED,
     reason text GENERATED ALWAYS AS (summary->'standing'->>'reason') STORED,
     pool text GENERATED ALWAYS AS (summary->'route'->>'pool') STORED,
     answered_in text GENERATED ALWAYS AS (summary->'route'->>'jurisdiction') STORED,
     trace_id text GENERATED ALWAYS AS (summary->>'traceId') STORED,
     received_at timestamptz GENERATED ALWAYS AS (to_timestamp((summary->>'receivedAt')::float8 / 1000)) STORED,
     updated_at timestamptz NOT NULL GENERATED ALWAYS AS (to_timestamp((summary->>'updatedAt')::float8 / 1000)) STORED,
     listed_at timestamptz NOT NULL GENERATED ALWAYS AS
       (to_timestamp(coalesce(summary->>'receivedAt', summary->>'updatedAt')::float8 / 1000)) STORED
   ) WITH (fillfactor = 80);
   COMMENT ON COLUMN lineage.event.listed_at IS
     'Orders lists. It stands still once a record is received, so that most updates touch no index.';
   CREATE INDEX event_newest ON lineage.event (listed_at DESC);
   CREATE INDEX event_of_tenant ON lineage.event (tenant, listed_at DESC);
   CREATE INDEX event_of_outcome ON lineage.event (outcome, listed_at DESC);
   CREATE TABLE lineage.violation (
     violation_id text PRIMARY KEY,
     event_id text NOT NULL,
     tenant text NOT NULL,
     code text NOT NULL,
     service text NOT NULL,
     region text NOT NULL,
     jurisdiction text NOT NULL,
     at timestamptz NOT NULL,
     trace_id text NOT NULL,
     detail text NOT NULL
   );
   CREATE INDEX violation_newest ON lineage.violation (at DESC);
   CREATE INDEX violation_of_event ON lineage.violation (event_id);`,
  `CREATE TABLE lineage.transfer (
     fact_id text PRIMARY KEY,
     event_id text NOT NULL,
     tenant text NOT NULL,
     purpose text NOT NULL,
     object text NOT NULL,
     subject text NOT NULL,
     at timestamptz NOT NULL,
     direction text NOT NULL CHECK (direction IN ('out', 'in')),
     from_jurisdiction text NOT NULL,
     to_jurisdiction text NOT NULL,
     pool text NOT NULL,
     basis text NOT NULL,
     profile_version integer NOT NULL,
     fields text[] NOT NULL,
     receipt text NOT NULL
   );
   COMMENT ON TABLE lineage.transfer IS 'The transfer register: one row for each record that crossed to another jurisdiction.';
   COMMENT ON COLUMN lineage.transfer.fields IS 'Names of the fields that crossed; empty where they came in, since only the home cell opens them.';
   COMMENT ON COLUMN lineage.fact.seq IS 'Place in the partition of the fact topic: 2^20 times the offset, and the index in the message.';
   CREATE INDEX transfer_of_tenant ON lineage.transfer (tenant, at DESC, fact_id DESC);`,
  `CREATE TABLE lineage.log (
     origin text PRIMARY KEY,
     frontier bytea NOT NULL,
     logged_at timestamptz NOT NULL,
     swept bigint NOT NULL DEFAULT 0,
     told bigint NOT NULL DEFAULT 0
   );
   COMMENT ON COLUMN lineage.log.told IS 'Entries whose records an OpenLineage endpoint was told of.';
   COMMENT ON COLUMN lineage.log.swept IS 'Entries whose records are accounted for.';
   COMMENT ON TABLE lineage.log IS 'The head of the transparency log: one row.';
   COMMENT ON COLUMN lineage.log.frontier IS 'Size, and the roots of the perfect subtrees: all that an append needs.';
   CREATE TABLE lineage.checkpoint (
     size bigint PRIMARY KEY,
     note text NOT NULL,
     signed_at timestamptz NOT NULL
   );
   COMMENT ON TABLE lineage.checkpoint IS 'What was published, with cosignatures: every one of the last hour, and of each minute before it the last.';
   CREATE TABLE lineage.witnessed (
     origin text PRIMARY KEY,
     size bigint NOT NULL,
     root bytea NOT NULL,
     at timestamptz NOT NULL
   );
   COMMENT ON TABLE lineage.witnessed IS 'What this cell cosigned last of the logs of others.';
   ALTER TABLE lineage.fact ALTER COLUMN body DROP NOT NULL;
   ALTER TABLE lineage.fact ADD COLUMN log_index bigint;
   ALTER TABLE lineage.fact ADD COLUMN entry bytea;
   COMMENT ON COLUMN lineage.fact.log_index IS 'Index of its entry in the log; null for a fact that is older than the log.';
   COMMENT ON COLUMN lineage.fact.entry IS 'bailiwick.lineage.v1.LogEntry, byte for byte as it was logged.';
   COMMENT ON COLUMN lineage.fact.body IS 'bailiwick.lineage.v1.Fact, where no entry holds it: older than the log, or longer than an entry.';
   CREATE UNIQUE INDEX fact_of_log ON lineage.fact (log_index) WITH (fillfactor = 100);`,
  `CREATE INDEX fact_of_erasure ON lineage.fact (tenant, at) WHERE kind = 'erased';`,
  `${['fact', 'event', 'violation', 'transfer'].map(tenantRows).join('')}
   GRANT USAGE ON SCHEMA lineage TO "${READER_ROLE}";
   GRANT SELECT ON lineage.checkpoint TO "${READER_ROLE}";
   CREATE INDEX violation_of_tenant ON lineage.violation (tenant, at DESC);`,
  `ALTER TABLE lineage.log ADD COLUMN minimum_index bigint NOT NULL DEFAULT 0, ADD COLUMN edge bytea[] NOT NULL DEFAULT '{}';
   COMMENT ON COLUMN lineage.log.minimum_index IS 'The first entry that is kept: a multiple of 256. Those before it are gone by retention.';
   COMMENT ON COLUMN lineage.log.edge IS
     'Tiles at the right edge of the log when it had so many entries, level by level: from there its files can be made anew.';`,
];
