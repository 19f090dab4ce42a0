import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createLogger } from '@bailiwick/platform';
import { BenchDatabase } from './bench-database.js';
import { integrate, plainInserts, type Integration } from './integrate.js';
import { measureProofs, type Proving } from './prove.js';
import { describeTessera, measureTessera, type TesseraFigures } from './tessera.js';

/** How much is measured. */
export interface LogOptions {
  /** Records whose facts are integrated, five facts each. */
  readonly records: number;
  /** Entries of the log from which proofs are made. */
  readonly entries: number;
  readonly say: (line: string) => void;
}

/** Figures of the transparency log. */
export interface LogResult {
  readonly integration: Integration;
  readonly tessera: TesseraFigures;
  readonly proving: Proving;
}

/** The transparency log: facts integrated with their histories into Postgres and tiles, beside plain inserts and Tessera; and proofs from a large log. */
export async function logBenchmark({ records, entries, say }: LogOptions): Promise<LogResult> {
  const folder = await mkdtemp('/var/tmp/bailiwick-bench-');
  try {
    const database = await BenchDatabase.start(folder);
    let integration: Integration;
    try {
      const plainPerSecond = await plainInserts(database.pool, records);
      say(`plain inserts: ${plainPerSecond.toFixed(0)} facts/s`);
      const logger = createLogger({
        BAILIWICK_LOG_LEVEL: 'warn',
        BAILIWICK_REGION: 'bench',
        BAILIWICK_WORKLOAD: 'bench',
      });
      integration = { plainPerSecond, ...(await integrate(database, folder, records, logger)) };
    } finally {
      await database.stop();
    }
    say(
      `lineage: ${integration.perSecond.toFixed(0)} facts/s with histories, log and tiles; entries of ${integration.entryBytes.toFixed(0)} bytes, ` +
        `beyond them ${integration.fileOverhead.toFixed(1)} in files and ${integration.indexOverhead.toFixed(1)} in the database`,
    );
    const tessera = measureTessera(folder, join(folder, 'log'));
    say(describeTessera(tessera));
    const proving = await measureProofs(folder, entries);
    say(
      `proofs from ${entries} entries: median ${proving.medianMs.toFixed(2)} ms, p99 ${proving.p99Ms.toFixed(2)} ms; ` +
        `${proving.writtenPerSecond.toFixed(0)} entries/s written`,
    );
    return { integration, tessera, proving };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
