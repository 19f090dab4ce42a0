import { Fact, LogEntry } from '@bailiwick/contracts';
import { EMPTY_EDGE, VerifiedLog, edgeFrontier, writeTiles } from '@bailiwick/tlog';
import { describe, expect, it } from 'vitest';
import { keptFrom, type Kept } from './kept-from.js';

const DAY = 86_400_000;
const NOW = Date.parse('2026-11-24T00:00:00Z');
const SIZE = 700;
const BUNDLES = ['000', '001', '002.p/188'].map((name) => `tile/entries/${name}`);

/** A log whose entries were logged from so many days ago on, one a minute. */
function logSince(days: number): ReadonlyMap<string, Uint8Array> & { readonly root: Uint8Array } {
  const fact = Buffer.from(Fact.encode(Fact.fromPartial({ factId: 'f', tenant: 'atlas' })).finish());
  const entries = Array.from({ length: SIZE }, (_, minute) => {
    const loggedAt = new Date(NOW - days * DAY + minute * 60_000);
    return LogEntry.encode({ loggedAt, content: { $case: 'fact', value: fact } }).finish();
  });
  const { files, edge } = writeTiles(EMPTY_EDGE, entries);
  return Object.assign(new Map(files), { root: edgeFrontier(edge).root() });
}

/** How a log is judged that lacks its first bundles. */
async function judged(days: number, lacking: number): Promise<Kept> {
  const files = logSince(days);
  const gone = new Set(BUNDLES.slice(0, lacking));
  const read = (path: string): Promise<Uint8Array | null> =>
    Promise.resolve(gone.has(path) ? null : (files.get(path) ?? null));
  return keptFrom(read, await VerifiedLog.open(read, { size: SIZE, root: files.root }), NOW);
}

describe('promise 5: what a log lacks at its beginning', () => {
  it('is nothing, in a log that has all of its entries', async () => {
    expect(await judged(400, 0)).toEqual({ from: 0, since: null, fault: null });
  });

  it('is over by retention where the first entry that is there is that old', async () => {
    const since = new Date(NOW - 400 * DAY + 256 * 60_000);
    expect(await judged(400, 1)).toEqual({ from: 256, since, fault: null });
  });

  it('was taken away too early where that is younger, whatever the log says of itself', async () => {
    expect(await judged(30, 1)).toMatchObject({
      from: 256,
      fault: expect.stringContaining('The entries before 256 are missing, and they are too young for that'),
    });
    // A year less two days: no clocks are that far apart.
    expect((await judged(363, 2)).fault).toContain('The entries before 512');
  });

  it('and a log of which nothing is left is none', async () => {
    expect(await judged(400, 3)).toMatchObject({ from: SIZE, fault: 'It has no entry any more.' });
  });
});
