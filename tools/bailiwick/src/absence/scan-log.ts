import { TILE_WIDTH, VerifiedLog } from '@bailiwick/tlog';
import { keptFrom } from '../evidence/kept-from.js';
import { readEntry, type LoggedFact } from '../evidence/logged-facts.js';
import type { KnownLog } from '../evidence/known-logs.js';
import { openServedLog } from '../evidence/served-log.js';
import { CliError, EXIT } from '../exit-code.js';
import type { StackCell } from '../stack/stack-file.js';

/** What is looked for: entries of a tenant that were logged from a time on until before another. */
export interface Period {
  readonly tenant: string;
  readonly from: Date;
  readonly to: Date;
}

/** All entries of a period of one log, and where they stand in it. */
export interface ScannedLog {
  readonly region: string;
  readonly origin: string;
  /** Signed checkpoint under which every entry was checked. */
  readonly checkpoint: string;
  readonly witnesses: readonly string[];
  /** First index of the period, and the one behind its last. */
  readonly first: number;
  readonly end: number;
  /** Those of the tenant. */
  readonly entries: readonly (LoggedFact & { readonly index: number })[];
}

/**
 * Reads every entry of a period from the log of a cell, each of them checked up to the signed root: whoever serves the files can leave out
 * or change none. Throws with exit code 4 when the log cannot be read, and 1 when it is not what its checkpoint says.
 */
export async function scanLog(
  known: KnownLog,
  witnesses: readonly KnownLog['witness'][],
  cell: StackCell,
  period: Period,
): Promise<ScannedLog> {
  const { region } = known;
  const { read, head, note, cosignedBy } = await openServedLog(known, witnesses, cell);
  const log = await VerifiedLog.open(read, head).catch(broken(region));
  const kept = await keptFrom(read, log).catch(broken(region));
  if (kept.fault !== null) throw new CliError(EXIT.no, `the log of ${region} is not whole: ${kept.fault}`);
  if (kept.since !== null && period.from <= kept.since)
    throw new CliError(
      EXIT.no,
      `what the log of ${region} had before ${kept.since.toISOString()} is over by retention: nothing can be stated of it any more`,
    );
  const first = await firstSince(log, kept.from, period.from).catch(broken(region));
  const end = await firstSince(log, kept.from, period.to).catch(broken(region));
  const entries: (LoggedFact & { readonly index: number })[] = [];
  for (let bundle = Math.floor(first / TILE_WIDTH); bundle * TILE_WIDTH < end; bundle++) {
    const held = await log.bundle(bundle).catch(broken(region));
    for (const [place, bytes] of held.entries()) {
      const index = bundle * TILE_WIDTH + place;
      const entry = index >= first && index < end ? factOf(region, index, bytes) : null;
      if (entry?.tenant === period.tenant) entries.push({ ...entry, index });
    }
  }
  return { region, origin: head.origin, checkpoint: note, witnesses: cosignedBy, first, end, entries };
}

/** Index of the first entry, from one on, that was logged at a time or later. Times of entries never fall. */
async function firstSince(log: VerifiedLog, from: number, time: Date): Promise<number> {
  let [below, above] = [from, log.size];
  while (below < above) {
    const middle = Math.floor((below + above) / 2);
    const { loggedAt } = factOf('the log', middle, await log.entry(middle));
    if (loggedAt < time) below = middle + 1;
    else above = middle;
  }
  return below;
}

function factOf(region: string, index: number, entry: Uint8Array): LoggedFact {
  const read = readEntry(entry);
  if (!read) throw new CliError(EXIT.no, `entry ${index} of ${region} holds no fact`);
  return read;
}

const broken =
  (region: string) =>
  (thrown: unknown): never => {
    if (thrown instanceof CliError || !(thrown instanceof Error)) throw thrown;
    throw new CliError(EXIT.no, `the log of ${region} is not what its checkpoint says: ${thrown.message}`);
  };
