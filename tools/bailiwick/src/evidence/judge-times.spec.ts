import { Fact, LogEntry } from '@bailiwick/contracts';
import {
  EMPTY_EDGE,
  SigningKey,
  addCosignatures,
  edgeFrontier,
  signCheckpoint,
  witnessCheckpoint,
  writeTiles,
  type EvidenceBundle,
} from '@bailiwick/tlog';
import { describe, expect, test } from 'vitest';
import { judgeTimes } from './judge-times.js';

const NOW = Date.parse('2026-11-01T10:00:00Z');
const MINUTE = 60_000;

function key(name: string, type: 'note' | 'cosignature'): SigningKey {
  const made = SigningKey.generate(name, type);
  if (!made.ok) throw new Error(made.reason);
  return made.value;
}
const log = key('eu.example/log', 'note');
const witness = key('us.example/witness', 'cosignature');

/** A checkpoint of some entries that the witness cosigned at a time. */
function cosigned(entries: readonly Uint8Array[], at: number): string {
  const { edge } = writeTiles(EMPTY_EDGE, entries);
  const root = edgeFrontier(edge).root();
  const note = signCheckpoint({ origin: log.name, size: edge.size, root }, [log]);
  const verdict = witnessCheckpoint({
    request: { origin: log.name, oldSize: 0, proof: [], note },
    logKeys: [log.verifier],
    latest: undefined,
    key: witness,
    time: at / 1000,
  });
  const added = addCosignatures(note, verdict.body, [witness.verifier]);
  if (!added.ok) throw new Error(added.reason);
  return added.value;
}

/** Evidence for one entry behind another, which was witnessed before it. */
function evidence(times: { at: number; loggedAt: number; before: number; after: number }): EvidenceBundle {
  const entry = (at: number, loggedAt: number): Uint8Array => {
    const value = Buffer.from(Fact.encode(Fact.fromPartial({ factId: 'f', at: new Date(at) })).finish());
    return LogEntry.encode({ loggedAt: new Date(loggedAt), content: { $case: 'fact', value } }).finish();
  };
  const first = entry(NOW - 10 * MINUTE, NOW - 10 * MINUTE);
  const second = entry(times.at, times.loggedAt);
  return {
    origin: log.name,
    logKeys: [{ key: log.verifier, fromSize: 0 }],
    witnessKeys: [{ key: witness.verifier, fromTime: 0 }],
    quorum: 1,
    checkpoint: cosigned([first, second], times.after),
    older: { checkpoint: cosigned([first], times.before), proof: [] },
    entries: [{ index: 1, entry: second, proof: [] }],
  };
}
const good = { at: NOW - 1000, loggedAt: NOW, before: NOW - 1000, after: NOW + 1000 };
const judged = (change: Partial<typeof good>) => judgeTimes(evidence({ ...good, ...change }))[0];

describe('times of entries beside those of witnesses', () => {
  test('hold where the clocks agree', () => {
    expect(judged({})).toEqual({
      name: 'time 1',
      ok: true,
      sentence: 'Entry 1 was logged at 2026-11-01T10:00:00.000Z.',
    });
  });
  test.each([
    ['a clock that was set back', { loggedAt: NOW - 60 * MINUTE }, 'the clock of the cell was set back'],
    ['a clock that is ahead', { loggedAt: NOW + 60 * MINUTE }, 'after a witness saw it'],
    ['a fact from later than its entry', { at: NOW + 60 * MINUTE }, 'what happened after it was logged'],
  ])('show %s', (_, change, words) => {
    const statement = judged(change);
    expect(statement?.ok).toBe(false);
    expect(statement?.sentence).toContain(words);
  });
  test('confirm nothing where no witness cosigned, and say so', () => {
    const bundle = { ...evidence(good), witnessKeys: [] };
    expect(judgeTimes(bundle)[0]?.sentence).toContain('which no witness confirms');
  });
  test('an entry that holds no fact is none of the mesh', () => {
    const bundle = evidence(good);
    const entries = [{ index: 1, entry: Buffer.from('text'), proof: [] }];
    expect(judgeTimes({ ...bundle, entries })[0]).toMatchObject({ ok: false });
  });
});
