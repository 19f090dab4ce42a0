import { LONGEST_KEPT_DAYS } from '@bailiwick/contracts';
import { LogFault, VerifiedLog, minimumIndex, type TileReader } from '@bailiwick/tlog';
import { readEntry } from './logged-facts.js';

const DAY_MS = 86_400_000;
/** How far a cell's clock and ours may be apart. */
const CLOCKS_MS = DAY_MS;

/** From where on a log has its entries, and whether it may lack those before. */
export interface Kept {
  /** Index of the first entry that is there. */
  readonly from: number;
  /** When that was logged; null for a log that has all of its entries. */
  readonly since: Date | null;
  /** What is wrong with it, a sentence; null when nothing is. */
  readonly fault: string | null;
}

const WHOLE: Kept = { from: 0, since: null, fault: null };

/**
 * Judges what is missing at the beginning of a log: it may be gone by retention, if the first entry that is there is that old itself. Times of
 * entries never fall, and the entry is checked up to the signed root, so nothing younger can be left out as pruned. Throws `LogFault`.
 */
export async function keptFrom(read: TileReader, log: VerifiedLog, now = Date.now()): Promise<Kept> {
  const from = await minimumIndex(read, log.size);
  if (from === 0) return WHOLE;
  if (from === log.size) return { from, since: null, fault: 'It has no entry any more.' };
  const since = readEntry(await log.entry(from))?.loggedAt;
  if (!since) throw new LogFault('bundle-malformed', 'tile/entries', from);
  const old = now - since.getTime() >= LONGEST_KEPT_DAYS.lineage * DAY_MS - CLOCKS_MS;
  return { from, since, fault: old ? null : tooYoung(from, since) };
}

const tooYoung = (from: number, since: Date): string =>
  `The entries before ${from} are missing, and they are too young for that: the first that is there is of ${since.toISOString()}, and entries are kept for ${LONGEST_KEPT_DAYS.lineage} days.`;
