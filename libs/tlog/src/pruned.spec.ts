import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fsck } from './fsck.js';
import { leafHash } from './hash.js';
import { minimumIndex } from './minimum-index.js';
import { readerOf, sampleEntries, sampleEntry, sampleLog } from './naive-tree.test-kit.js';
import { proveConsistency, proveInclusion } from './prove.js';
import { edgeFiles, edgeFrontier } from './right-edge.js';
import { TILE_WIDTH, parseTilePath } from './tile-path.js';
import { VerifiedLog } from './verified-log.js';
import { verifyConsistency, verifyInclusion } from './verify-proof.js';
import { writeTiles } from './write-tiles.js';

/** Three levels of tiles. */
const SIZE = 66_000;
const log = sampleLog(SIZE);
const head = { size: SIZE, root: edgeFrontier(log.edge).root() };

/** Bundles at whose end a level of tiles is full, beside any others. */
const minimum = fc.oneof(
  fc.constantFrom(0, 256, 257).map((bundles) => bundles * TILE_WIDTH),
  fc.nat(Math.floor(SIZE / TILE_WIDTH)).map((bundles) => bundles * TILE_WIDTH),
);

/** The files of the log without those of which every entry lies before an index. */
function without(index: number): Map<string, Uint8Array> {
  const kept = [...log.files].filter(([path]) => {
    const name = parseTilePath(path);
    if (!name) throw new Error(path);
    const level = name.level === 'entries' ? 0 : name.level;
    return (name.index + 1) * TILE_WIDTH ** (level + 1) > index;
  });
  return new Map(kept);
}

describe('a log that was pruned', () => {
  it('goes on from the right edge that it had: the same files, and all that C2SP tlog-tiles wants of it', async () => {
    const verified = await VerifiedLog.open(log.read, head);
    await fc.assert(
      fc.asyncProperty(minimum, async (from) => {
        const edge = await verified.edgeAt(from);
        const made = writeTiles(edge, sampleEntries(from, SIZE));
        expect(Buffer.from(edgeFrontier(made.edge).root())).toEqual(Buffer.from(head.root));
        for (const [path, bytes] of made.files)
          expect(Buffer.compare(bytes, log.files.get(path) ?? Buffer.alloc(0)), path).toBe(0);
        // A tile that is whole at the minimum index is in no file of what came after it, and no proof from there on asks for it.
        const read = readerOf(new Map([...edgeFiles(edge), ...made.files]));
        expect(await fsck(read, head, from)).toEqual({ ok: true });
        expect(await minimumIndex(read, SIZE)).toBe(from);
      }),
      { numRuns: 8 },
    );
  });

  it('proves every entry that it has, and every size since', async () => {
    await fc.assert(
      fc.asyncProperty(minimum, fc.nat(SIZE - 1), async (from, at) => {
        const read = readerOf(without(from));
        const index = Math.max(from, at);
        if (index === SIZE) return;
        const proof = await proveInclusion(read, SIZE, index);
        expect(verifyInclusion(leafHash(sampleEntry(index)), index, head, proof)).toMatchObject({ ok: true });
        const older = index + 1;
        const root = edgeFrontier(sampleLog(older).edge).root();
        const since = await proveConsistency(read, older, SIZE);
        expect(verifyConsistency({ size: older, root }, head, since)).toMatchObject({ ok: true });
      }),
      { numRuns: 8 },
    );
  });

  it('is whole from its minimum index on, and a hole behind that is a fault', async () => {
    const files = without(TILE_WIDTH * 3);
    const read = readerOf(files);
    expect(await minimumIndex(read, SIZE)).toBe(TILE_WIDTH * 3);
    expect(await fsck(read, head, TILE_WIDTH * 3)).toEqual({ ok: true });
    expect(await fsck(read, head)).toMatchObject({ ok: false, fault: { kind: 'bundle-missing' } });
    files.delete('tile/entries/100');
    expect(await fsck(read, head, TILE_WIDTH * 3)).toMatchObject({
      ok: false,
      fault: { kind: 'bundle-missing', path: 'tile/entries/100' },
    });
  });

  it('says so when nothing of it is left, and when nothing of it is gone', async () => {
    expect(await minimumIndex(readerOf(new Map()), 0)).toBe(0);
    expect(await minimumIndex(readerOf(new Map()), SIZE)).toBe(SIZE);
    expect(await minimumIndex(log.read, SIZE)).toBe(0);
  });
});
