import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EntryTooLong, parseBundle } from './entry-bundle.js';
import { Frontier } from './frontier.js';
import { leafHash, nodeHash } from './hash.js';
import { naiveFiles, readerOf, sampleEntries, sampleLog } from './naive-tree.test-kit.js';
import { edgeFrontier, EMPTY_EDGE, readRightEdge, type RightEdge } from './right-edge.js';
import { parseTilePath, tilePath } from './tile-path.js';
import { LogFault, readBundle } from './tile-reader.js';
import { writeTiles } from './write-tiles.js';

const frontierOf = (size: number): Frontier => Frontier.EMPTY.append(sampleEntries(0, size).map(leafHash));
const hexFiles = (files: Iterable<[string, Uint8Array]>): Record<string, string> =>
  Object.fromEntries([...files].map(([path, bytes]) => [path, Buffer.from(bytes).toString('hex')]));

/** A right edge as text: buffers and arrays of bytes are the same. */
const shown = ({ size, bundle, tiles }: RightEdge): string =>
  [size, ...[bundle, ...tiles].map((bytes) => Buffer.from(bytes).toString('hex'))].join('\n');

describe('paths', () => {
  it.each([
    ['tile/0/x001/x234/067', { level: 0, index: 1_234_067, width: 256 }],
    ['tile/63/000.p/1', { level: 63, index: 0, width: 1 }],
    ['tile/entries/x273/000.p/112', { level: 'entries', index: 273_000, width: 112 }],
  ] as const)('%s', (path, name) => {
    expect(tilePath(name)).toBe(path);
    expect(parseTilePath(path)).toEqual(name);
  });

  it.each([
    'tile/0/67',
    'tile/00/067',
    'tile/64/067',
    'tile/0/000/067',
    'tile/0/x000/067',
    'tile/0/067.p/0',
    'tile/0/067.p/256',
    'tile/0/067.p/01',
    'tile/0/067/',
    'tile/data/067',
    '/tile/0/067',
    'tile/0/x999/x999/x999/x999/x999/999',
  ])('refuse %s', (path) => expect(parseTilePath(path)).toBeUndefined());

  it('are written one way each, whatever is asked', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 256 }), fc.string(), (index, width, any) => {
        expect(parseTilePath(tilePath({ level: 1, index, width }))).toEqual({ level: 1, index, width });
        expect(parseTilePath(`tile/${any}`)).toBeUndefined();
      }),
    );
  });
});

describe('writing a log', () => {
  it('makes the tiles and bundles of C2SP tlog-tiles, and the same ones in any batches', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 600 }), { minLength: 1, maxLength: 4 }), (batches) => {
        const sizes = batches.map((_, n) => batches.slice(0, n + 1).reduce((a, b) => a + b));
        const log = sampleLog(...sizes);
        const wanted = naiveFiles(log.edge.size);
        expect(hexFiles([...log.files].filter(([path]) => wanted.has(path)))).toEqual(hexFiles(wanted));
        expect(shown(log.edge)).toBe(shown(sampleLog(log.edge.size).edge));
        expect(edgeFrontier(log.edge).toBytes()).toEqual(frontierOf(log.edge.size).toBytes());
      }),
      { numRuns: 8 },
    );
  });

  it('reaches a third level at 65,536 entries', () => {
    const entry = Buffer.from('the same');
    const leaf = leafHash(entry);
    const entries = Array.from({ length: 65_537 }, () => entry);
    const first = writeTiles(EMPTY_EDGE, entries.slice(0, 65_000));
    const { edge, files } = writeTiles(first.edge, entries.slice(65_000));
    expect(edge.tiles.map(({ length }) => length / 32)).toEqual([1, 0, 1]);
    expect(files.get('tile/2/000.p/1')).toEqual(edge.tiles[2]);
    let subtree = leaf;
    for (let height = 0; height < 16; height += 1) subtree = nodeHash(subtree, subtree);
    expect(edgeFrontier(edge).root()).toEqual(nodeHash(subtree, leaf));
  });

  it('goes on from what lies in the files, partial or since made full', async () => {
    const whole = sampleLog(900);
    for (const size of [0, 1, 255, 256, 700, 768]) {
      const { files, edge } = sampleLog(size);
      expect(shown(await readRightEdge(frontierOf(size), readerOf(files)))).toBe(shown(edge));
      const next = writeTiles(
        await readRightEdge(frontierOf(size), readerOf(files)),
        sampleEntries(size, 900),
      );
      expect(shown(next.edge)).toBe(shown(whole.edge));
    }
    const { files, edge } = sampleLog(500, 900);
    expect(edge.size).toBe(900);
    for (const path of ['tile/0/001.p/244', 'tile/entries/001.p/244']) expect(files.delete(path)).toBe(true);
    expect(shown(await readRightEdge(frontierOf(500), readerOf(files)))).toBe(shown(sampleLog(500).edge));
  });

  it('does not go on from files that the frontier is not of', async () => {
    const { files } = sampleLog(700);
    const changed = new Map(files).set('tile/0/002.p/188', Buffer.alloc(188 * 32));
    await expect(readRightEdge(frontierOf(700), readerOf(changed))).rejects.toMatchObject({
      kind: 'root-differs',
    });
    const bundle = Buffer.from(files.get('tile/entries/002.p/188') ?? []);
    bundle[5] = (bundle[5] ?? 0) ^ 1;
    const spoiled = readerOf(new Map(files).set('tile/entries/002.p/188', bundle));
    await expect(readRightEdge(frontierOf(700), spoiled)).rejects.toMatchObject({
      kind: 'entry-changed',
      index: 513,
    });
    await expect(readRightEdge(frontierOf(701), readerOf(files))).rejects.toMatchObject({
      kind: 'bundle-missing',
    });
  });

  it('refuses an entry of more than 65,535 bytes by its place, and writes nothing', () => {
    const longest = Buffer.alloc(65_535);
    expect(writeTiles(EMPTY_EDGE, [longest]).edge.size).toBe(1);
    expect(() => writeTiles(EMPTY_EDGE, [longest, Buffer.alloc(65_536)])).toThrow(
      new EntryTooLong(1, 65_536),
    );
  });

  it('leaves the edge it was given as it was, so that a failed transaction can be repeated', () => {
    const { edge } = sampleLog(300);
    const before = shown(edge);
    const first = writeTiles(edge, sampleEntries(300, 600));
    expect(shown(edge)).toBe(before);
    expect(writeTiles(edge, sampleEntries(300, 600))).toEqual(first);
  });
});

describe('a bundle', () => {
  it('is read back entry by entry, and refused when cut', async () => {
    const bundle = sampleLog(10).edge.bundle;
    const parsed = parseBundle(bundle);
    expect(parsed.ok && parsed.value.map(String)).toEqual(sampleEntries(0, 10).map(String));
    fc.assert(
      fc.property(fc.uint8Array(), (any) => {
        const verdict = parseBundle(any);
        const bytes = verdict.ok
          ? verdict.value.reduce((sum, { length }) => sum + 2 + length, 0)
          : any.length;
        expect(bytes).toBe(any.length);
      }),
    );
    expect(parseBundle(bundle.subarray(0, -1))).toEqual({ ok: false, reason: 'bundle-malformed' });
    await expect(readBundle(() => Promise.resolve(bundle), 20, 0)).rejects.toThrow(LogFault);
  });
});
