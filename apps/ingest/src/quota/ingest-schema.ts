import { migrate } from '@bailiwick/platform';
import type pg from 'pg';

/** Statements of each version of the schema `ingest`, applied in order and never changed afterwards. */
const MIGRATIONS = [
  `CREATE TABLE ingest.day (
     tenant text NOT NULL,
     day date NOT NULL,
     leased bigint NOT NULL,
     PRIMARY KEY (tenant, day)
   );
   COMMENT ON COLUMN ingest.day.leased IS 'Records that processes of this cell asked for: never fewer than they took.'`,
  `CREATE TABLE ingest.counted (
     event_id text PRIMARY KEY,
     day date NOT NULL
   );
   COMMENT ON TABLE ingest.counted IS 'Answers whose tokens were counted: each once, over processes and restarts.';
   CREATE TABLE ingest.tokens (
     tenant text NOT NULL,
     purpose text NOT NULL,
     day date NOT NULL,
     input bigint NOT NULL,
     output bigint NOT NULL,
     PRIMARY KEY (tenant, purpose, day)
   )`,
];

/** Brings the schema up to date. Throws `database-unavailable`. */
export const migrateIngest = (database: pg.Pool): Promise<void> => migrate(database, 'ingest', MIGRATIONS);
