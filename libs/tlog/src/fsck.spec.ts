import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fsck } from './fsck.js';
import { leafHash } from './hash.js';
import { readerOf, sampleEntry, sampleLog } from './naive-tree.test-kit.js';
import { proveInclusion } from './prove.js';
import {
  headAt,
  logKey,
  ORIGIN,
  outsideWitnessKey,
  reasonOf,
  signedHead,
  strangersKey,
  valueOf,
} from './signed-log.test-kit.js';
import { formatTlogProof, parseTlogProof, verifyTlogProof } from './tlog-proof.js';
import { VerifiedLog } from './verified-log.js';
import { verifyConsistency, verifyInclusion } from './verify-proof.js';

const SIZE = 900;
const log = sampleLog(SIZE);
const head = headAt(SIZE);

/** The log with some of its files changed, or gone. */
const tampered = (...changes: [string, ((bytes: Buffer) => Buffer) | null][]): Map<string, Uint8Array> => {
  const files = new Map(log.files);
  for (const [path, change] of changes) {
    const bytes = files.get(path);
    if (bytes === undefined) throw new Error(`no ${path}`);
    if (change === null) files.delete(path);
    else files.set(path, change(Buffer.from(bytes)));
  }
  return files;
};
const flip =
  (at: number) =>
  (bytes: Buffer): Buffer => {
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    return bytes;
  };
const found = async (files: ReadonlyMap<string, Uint8Array>, of = head): Promise<unknown[]> => {
  const verdict = await fsck(readerOf(files), of);
  if (verdict.ok) return ['ok'];
  const { kind, path, index } = verdict.fault;
  return index === undefined ? [kind, path] : [kind, path, index];
};

describe('fsck', () => {
  it.each([0, 1, 255, 256, 257, 900])('finds nothing wrong with a log of %d entries', async (size) => {
    expect(await found(sampleLog(size).files, headAt(size))).toEqual(['ok']);
  });

  it('says the first thing that is wrong', async () => {
    // Entry 257 is the second of its bundle: 2 bytes of length, none of entry 256, 2 bytes of length.
    expect(await found(tampered(['tile/entries/001', flip(5)]))).toEqual([
      'entry-changed',
      'tile/entries/001',
      257,
    ]);
    expect(await found(tampered(['tile/entries/003.p/132', flip(5)]))).toEqual([
      'entry-changed',
      'tile/entries/003.p/132',
      769,
    ]);
    expect(await found(tampered(['tile/0/001', flip(40)]))).toEqual(['tile-changed', 'tile/0/001']);
    expect(await found(tampered(['tile/0/003.p/132', flip(40)]))).toEqual([
      'tile-changed',
      'tile/0/003.p/132',
    ]);
    expect(await found(tampered(['tile/1/000.p/3', flip(40)]))).toEqual(['tile-changed', 'tile/1/000.p/3']);
    expect(await found(tampered(['tile/0/001', null]))).toEqual(['tile-missing', 'tile/0/001']);
    expect(await found(tampered(['tile/1/000.p/3', null]))).toEqual(['tile-missing', 'tile/1/000.p/3']);
    expect(await found(tampered(['tile/0/001', (bytes) => bytes.subarray(1)]))).toEqual([
      'tile-malformed',
      'tile/0/001',
    ]);
    expect(await found(tampered(['tile/entries/001', null]))).toEqual(['bundle-missing', 'tile/entries/001']);
    expect(await found(tampered(['tile/entries/001', (bytes) => bytes.subarray(0, -1)]))).toEqual([
      'bundle-malformed',
      'tile/entries/001',
    ]);
    expect(await found(log.files, { size: SIZE, root: headAt(899).root })).toEqual([
      'root-differs',
      'checkpoint',
    ]);
  });

  it('says where a log ends that is shorter than was signed, also when an entry was dropped', async () => {
    expect(await found(sampleLog(600).files)).toEqual(['size-short', 'tile/entries/002', 512]);
    expect(await found(new Map())).toEqual(['size-short', 'tile/entries/000', 0]);
    const dropLast = (bytes: Buffer): Buffer => bytes.subarray(0, -(2 + sampleEntry(899).length));
    expect(await found(tampered(['tile/entries/003.p/132', dropLast]))).toEqual([
      'size-short',
      'tile/entries/003.p/132',
      899,
    ]);
  });

  it('finds any change of any byte of any file', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...log.files.keys()), fc.nat(), async (path, at) => {
        const length = log.files.get(path)?.length ?? 1;
        expect(await found(tampered([path, flip(at % length)]))).not.toEqual(['ok']);
      }),
      { numRuns: 40 },
    );
  });
});

describe('a verified log', () => {
  it('hands out entries, and proofs that hold', async () => {
    const verified = await VerifiedLog.open(log.read, head);
    for (const index of [0, 255, 256, 899]) {
      expect(Buffer.from(await verified.entry(index))).toEqual(sampleEntry(index));
      const proof = await verified.proveInclusion(index);
      expect(verifyInclusion(leafHash(sampleEntry(index)), index, head, proof).ok).toBe(true);
    }
    expect(verifyConsistency(headAt(300), head, await verified.proveConsistency(300)).ok).toBe(true);
    await expect(verified.entry(900)).rejects.toThrow(RangeError);
  });

  it('hands out nothing that the checkpoint does not vouch for', async () => {
    const open = (...changes: Parameters<typeof tampered>) =>
      VerifiedLog.open(readerOf(tampered(...changes)), head);
    const changed = await open(['tile/0/001', flip(9)], ['tile/entries/002', flip(5)]);
    await expect(changed.entry(300)).rejects.toMatchObject({ kind: 'tile-changed' });
    await expect(changed.proveInclusion(300)).rejects.toMatchObject({ kind: 'tile-changed' });
    await expect(changed.entry(513)).rejects.toMatchObject({ kind: 'entry-changed', index: 513 });
    expect(Buffer.from(await changed.entry(800))).toEqual(sampleEntry(800));
    await expect(open(['tile/1/000.p/3', flip(0)])).rejects.toMatchObject({ kind: 'root-differs' });
  });
});

describe('a tlog-proof', () => {
  it('is checked offline, and says what failed', async () => {
    const proof = await proveInclusion(log.read, SIZE, 321);
    const text = formatTlogProof({ index: 321, proof, note: signedHead(head), extra: Buffer.from('hello') });
    expect(text.split('\n').slice(0, 3)).toEqual(['c2sp.org/tlog-proof@v1', 'extra aGVsbG8=', 'index 321']);
    const parsed = valueOf(parseTlogProof(text));
    expect(formatTlogProof(parsed)).toBe(text);
    const check = (entry: Buffer, origin = ORIGIN, key = logKey): string =>
      reasonOf(verifyTlogProof(parsed, leafHash(entry), origin, [key.verifier, outsideWitnessKey.verifier]));
    expect(check(sampleEntry(321))).toBe('ok');
    expect(check(sampleEntry(322))).toBe('proof-other-root');
    expect(check(sampleEntry(321), 'other')).toBe('checkpoint-other-origin');
    expect(check(sampleEntry(321), ORIGIN, strangersKey)).toBe('note-unsigned');
  });

  it('is refused or read back to the same text, whatever it is', async () => {
    const text = formatTlogProof({
      index: 5,
      proof: await proveInclusion(log.read, SIZE, 5),
      note: signedHead(head),
    });
    for (const wrong of [
      '',
      text.replace('@v1', '@v2'),
      text.replace('index 5', 'index 05'),
      text.replace('\nindex', '\nextra =\nindex'),
    ])
      expect(parseTlogProof(wrong)).toEqual({ ok: false, reason: 'proof-malformed' });
    fc.assert(
      fc.property(fc.string(), fc.nat(text.length), fc.nat(3), (any, at, cut) => {
        for (const candidate of [any, `${text.slice(0, at)}${any}${text.slice(at + cut)}`]) {
          const parsed = parseTlogProof(candidate);
          if (parsed.ok) expect(formatTlogProof(parsed.value)).toBe(candidate);
        }
      }),
    );
  });
});
