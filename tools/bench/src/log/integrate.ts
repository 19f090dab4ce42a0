import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Fact } from '@bailiwick/contracts';
import { FactLedger, LogFolder, LogLedger, LogPublisher } from '@bailiwick/lineage';
import type { Logger } from '@bailiwick/platform';
import { SigningKey } from '@bailiwick/tlog';
import type pg from 'pg';
import type { BenchDatabase } from './bench-database.js';
import { folderBytes } from './folder-bytes.js';
import { sampleFacts } from './sample-facts.js';

/** What integrating facts took. */
export interface Integration {
  /** Facts a second until a signed checkpoint covers all of them: histories, log, tiles on disk. */
  readonly perSecond: number;
  /** Facts a second as rows of a table, and nothing else. */
  readonly plainPerSecond: number;
  readonly entryBytes: number;
  /** Bytes an entry beyond itself: in the files of the log, and in the database for its place in the log. */
  readonly fileOverhead: number;
  readonly indexOverhead: number;
}

/** Facts on their way at once, as a flood through the stage has them. */
const AT_ONCE = 4000;
const BATCH = 500;
const PARTITIONS = 4;
const ORIGIN = 'bench.bailiwick.local/log';

/** Plain inserts of the same facts: a table with the same columns and keys, in batches of the same size. */
export async function plainInserts(pool: pg.Pool, records: number): Promise<number> {
  await pool.query(
    `CREATE TABLE lineage.plain (fact_id text PRIMARY KEY, event_id text NOT NULL, tenant text NOT NULL, kind text NOT NULL,
       at timestamptz NOT NULL, partition integer NOT NULL, seq bigint NOT NULL, body bytea NOT NULL);
     CREATE INDEX plain_of_event ON lineage.plain (event_id);`,
  );
  const started = performance.now();
  let facts: Fact[] = [];
  let seq = 0;
  const flush = async (): Promise<void> => {
    const rows = facts;
    facts = [];
    await pool.query(
      `INSERT INTO lineage.plain SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::timestamptz[],
         $6::int[], $7::bigint[], $8::bytea[])`,
      [
        rows.map(({ factId }) => factId),
        rows.map(({ eventId }) => eventId),
        rows.map(({ tenant }) => tenant),
        rows.map(({ kind }) => kind),
        rows.map(({ at }) => at),
        rows.map(() => 0),
        rows.map(() => seq++),
        rows.map((fact) => Buffer.from(Fact.encode(fact).finish())),
      ],
    );
  };
  for (const fact of sampleFacts(records)) if (facts.push(fact) === BATCH) await flush();
  if (facts.length > 0) await flush();
  const perSecond = (seq * 1000) / (performance.now() - started);
  await pool.query('DROP TABLE lineage.plain');
  return perSecond;
}

/** Integrates facts as lineage does, a publisher beside. */
export async function integrate(
  database: BenchDatabase,
  folder: string,
  records: number,
  logger: Logger,
): Promise<Omit<Integration, 'plainPerSecond'>> {
  const key = SigningKey.generate(ORIGIN, 'note');
  if (!key.ok) throw new Error(key.reason);
  const log = new LogLedger(database.pool, ORIGIN);
  const files = new LogFolder(join(folder, 'log'));
  const publisher = new LogPublisher({
    ledger: log,
    folder: files,
    key: key.value,
    cosign: (note) => Promise.resolve(note),
    everyMs: 1000,
    logger,
  });
  await publisher.start();
  const ledger = new FactLedger(database.pool, log);
  const started = performance.now();
  let place = 0n;
  const facts = sampleFacts(records);
  const lane = async (): Promise<void> => {
    for (let next = facts.next(); !next.done; next = facts.next())
      await ledger.record({ fact: next.value, partition: partitionOf(next.value), place: place++ });
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  const size = Number(place);
  while (publisher.size < size) await sleep(20);
  await publisher.stop();
  const seconds = (performance.now() - started) / 1000;
  const entryBytes = await bytesOfEntries(database.pool);
  return {
    perSecond: size / seconds,
    entryBytes: entryBytes / size,
    fileOverhead: ((await folderBytes(join(folder, 'log'))) - entryBytes) / size,
    // The column of the index beside its index: eight bytes in each row.
    indexOverhead: (await database.bytesOf('lineage.fact_of_log')) / size + 8,
  };
}

/** All facts of an event lie in one partition. */
const partitionOf = ({ eventId }: Fact): number => Number.parseInt(eventId.slice(-4), 36) % PARTITIONS;

async function bytesOfEntries(pool: pg.Pool): Promise<number> {
  const { rows } = await pool.query<{ bytes: string }>(
    'SELECT sum(length(entry)) AS bytes FROM lineage.fact',
  );
  return Number(rows[0]?.bytes ?? 0);
}
