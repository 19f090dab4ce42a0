import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Frontier } from './frontier.js';
import { EMPTY_ROOT, leafHash, nodeHash } from './hash.js';
import {
  naiveLeaf,
  naivePath,
  naiveProof,
  naiveRoot,
  sampleEntries,
  sampleLog,
} from './naive-tree.test-kit.js';
import { proveConsistency, proveInclusion } from './prove.js';
import { consistencyRanges, inclusionRanges, splitOf } from './subtree.js';
import { verifyConsistency, verifyInclusion } from './verify-proof.js';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const MOST = 1100;
const leaves = sampleEntries(0, MOST).map(naiveLeaf);
const roots = new Map<number, Buffer>();
const rootAt = (size: number): Buffer => {
  const root = roots.get(size) ?? naiveRoot(leaves.slice(0, size));
  roots.set(size, root);
  return root;
};
const size = fc.oneof(fc.nat(20), fc.constantFrom(255, 256, 257, 511, 512, 1024), fc.nat(MOST));
const pair = fc.tuple(size, size).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);
const log = sampleLog(MOST);

describe('hashes', () => {
  /** The vectors of Certificate Transparency's reference implementations. */
  const INPUTS = [
    '',
    '00',
    '10',
    '2021',
    '3031',
    '40414243',
    '5051525354555657',
    '606162636465666768696a6b6c6d6e6f',
  ];
  const ROOTS = [
    'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
    'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
    'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
    'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
    '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
    'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
    '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
  ];

  it.each(ROOTS.map((root, n) => [n, root]))('are those of RFC 6962 for %d entries', (n, root) => {
    const entries = INPUTS.slice(0, n).map((input) => leafHash(Buffer.from(input, 'hex')));
    expect(hex(Frontier.EMPTY.append(entries).root())).toBe(root);
  });

  it('tell leaves from nodes, and take an entry of any length', () => {
    const [left, right] = [leafHash(Buffer.from('a')), leafHash(Buffer.from('b'))];
    expect(nodeHash(left, right)).not.toEqual(leafHash(Buffer.concat([left, right])));
    for (const length of [0, 1, 65_535, 65_536, 100_000]) {
      const entry = Buffer.alloc(length, length % 251);
      expect(hex(leafHash(entry))).toBe(hex(naiveLeaf(entry)));
    }
    expect(hex(EMPTY_ROOT)).toBe(ROOTS[0]);
  });

  it('split a tree where RFC 6962 does, also beyond 32 bits', () => {
    expect([2, 3, 4, 5, 2 ** 31, 2 ** 32 + 1, 2 ** 53 - 1].map(splitOf)).toEqual([
      1,
      2,
      2,
      4,
      2 ** 30,
      2 ** 32,
      2 ** 52,
    ]);
    expect(inclusionRanges(2 ** 52, 2 ** 53 - 1).length).toBe(53);
    expect(consistencyRanges(2 ** 40 + 1, 2 ** 41)[0]).toEqual({ start: 2 ** 40, end: 2 ** 40 + 1 });
  });
});

describe('a frontier', () => {
  it('has the root of the whole tree, however it was appended to, and survives its bytes', () => {
    fc.assert(
      fc.property(pair, ([first, all]) => {
        const start = Frontier.EMPTY.append(leaves.slice(0, first));
        const parsed = Frontier.parse(start.toBytes());
        const frontier = parsed.ok ? parsed.value : Frontier.EMPTY;
        expect(hex(frontier.append(leaves.slice(first, all)).root())).toBe(hex(rootAt(all)));
        expect(start.size).toBe(first);
        expect(hex(start.root())).toBe(hex(rootAt(first)));
      }),
      { numRuns: 25 },
    );
  });

  it('is refused when its bytes are too few, too many, or of an impossible size', () => {
    const bytes = Frontier.EMPTY.append(leaves.slice(0, 77)).toBytes();
    const huge = Buffer.alloc(8 + 32, 0xff);
    for (const wrong of [bytes.subarray(1), Buffer.concat([bytes, Buffer.alloc(32)]), huge, Buffer.alloc(7)])
      expect(Frontier.parse(wrong)).toEqual({ ok: false, reason: 'frontier-malformed' });
    fc.assert(fc.property(fc.uint8Array({ maxLength: 90 }), (any) => void Frontier.parse(any)));
  });
});

describe('proofs', () => {
  it('of inclusion are those of RFC 6962 and hold for their entry only', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: MOST }), fc.nat(), fc.nat(), async (n, a, b) => {
        const [index, other] = [a % n, b % n];
        const sized = sampleLog(n);
        const proof = await proveInclusion(sized.read, n, index);
        expect(proof.map(hex)).toEqual(naivePath(index, leaves.slice(0, n)).map(hex));
        const head = { size: n, root: rootAt(n) };
        expect(verifyInclusion(leaves[index] as Buffer, index, head, proof).ok).toBe(true);
        if (other !== index)
          expect(verifyInclusion(leaves[index] as Buffer, other, head, proof).ok).toBe(false);
      }),
      { numRuns: 20 },
    );
  });

  it('of consistency are those of RFC 6962 and hold for their two roots only', async () => {
    await fc.assert(
      fc.asyncProperty(pair, async ([older, newer]) => {
        const proof = await proveConsistency(log.read, older, newer).catch(() => undefined);
        const sized = sampleLog(newer);
        const made = proof ?? (await proveConsistency(sized.read, older, newer));
        expect(made.map(hex)).toEqual(naiveProof(older, leaves.slice(0, newer)).map(hex));
        const [old, all] = [
          { size: older, root: rootAt(older) },
          { size: newer, root: rootAt(newer) },
        ];
        expect(verifyConsistency(old, all, made).ok).toBe(true);
        const forged = rootAt((newer + 1) % MOST);
        expect(verifyConsistency({ ...old, root: forged }, all, made).ok).toBe(false);
        if (older > 0) expect(verifyConsistency(old, { ...all, root: forged }, made).ok).toBe(false);
      }),
      { numRuns: 20 },
    );
  });

  it('say which statement failed', async () => {
    const head = { size: MOST, root: rootAt(MOST) };
    const proof = await proveInclusion(log.read, MOST, 700);
    const leaf = leaves[700] as Buffer;
    const inclusion = (...[l, i, h, p]: Parameters<typeof verifyInclusion>): string => {
      const verdict = verifyInclusion(l, i, h, p);
      return verdict.ok ? 'ok' : verdict.reason;
    };
    expect([
      inclusion(leaf, MOST, head, proof),
      inclusion(leaf, -1, head, proof),
      inclusion(leaf, 700, head, proof.slice(1)),
      inclusion(leaf, 700, head, [...proof, leaf]),
      inclusion(leaf, 700, head, proof.with(3, leaf)),
      inclusion(leaves[701] as Buffer, 700, head, proof),
    ]).toEqual([
      'proof-beyond-size',
      'proof-beyond-size',
      'proof-wrong-length',
      'proof-wrong-length',
      'proof-other-root',
      'proof-other-root',
    ]);
    const older = { size: 300, root: rootAt(300) };
    const between = await proveConsistency(log.read, 300, MOST);
    const consistency = (...args: Parameters<typeof verifyConsistency>): string => {
      const verdict = verifyConsistency(...args);
      return verdict.ok ? 'ok' : verdict.reason;
    };
    expect([
      consistency(head, older, between),
      consistency(older, head, between.slice(1)),
      consistency({ ...older, root: leaf }, head, between),
      consistency(older, { ...head, root: leaf }, between),
      consistency(head, { ...head, root: leaf }, []),
      consistency({ size: 0, root: leaf }, head, []),
    ]).toEqual([
      'proof-beyond-size',
      'proof-wrong-length',
      'proof-other-older-root',
      'proof-other-root',
      'proof-other-root',
      'proof-other-older-root',
    ]);
  });

  it('are made of a handful of tiles, each read once', async () => {
    const paths: string[] = [];
    await proveInclusion((path) => (paths.push(path), log.read(path)), MOST, 5);
    expect(paths.toSorted()).toEqual(['tile/0/000', 'tile/0/004.p/76', 'tile/1/000.p/4']);
  });
});
