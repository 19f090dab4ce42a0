import { EMPTY_ROOT, firstChanged, HASH_BYTES, perfectRoot, sameHash } from './hash.js';
import { hashRanges } from './prove.js';
import { edgeFrontier, edgeIndex, readEdgeTiles, type RightEdge } from './right-edge.js';
import { consistencyRanges, inclusionRanges } from './subtree.js';
import { levelsOf, TILE_WIDTH, tilePath, widthOf } from './tile-path.js';
import { LogFault, readBundle, readTile, type TileReader } from './tile-reader.js';
import type { TreeHead } from './verify-proof.js';

/**
 * A log of somebody else, read as a client: every tile and entry that it hands out was checked up to the root of a
 * checkpoint, so whoever serves the files need not be trusted. All methods throw `LogFault`.
 */
export class VerifiedLog {
  /** The full tile read last, by level: neighbours share their parents. */
  readonly #recent = new Map<number, { readonly index: number; readonly tile: Promise<Uint8Array> }>();

  private constructor(
    private readonly read: TileReader,
    readonly size: number,
    private readonly edge: readonly Uint8Array[],
  ) {}

  /** Reads the right edge, and checks that its root is the one of the checkpoint. */
  static async open(read: TileReader, { size, root }: TreeHead): Promise<VerifiedLog> {
    const tiles = await readEdgeTiles(size, read);
    const found = size === 0 ? EMPTY_ROOT : edgeFrontier({ size, tiles }).root();
    if (!sameHash(found, root)) throw new LogFault('root-differs', 'checkpoint');
    return new VerifiedLog(read, size, tiles);
  }

  /** A tile of hashes, cut to the width that it has at this size. */
  tile(level: number, index: number): Promise<Uint8Array> {
    const recent = this.#recent.get(level);
    if (recent?.index === index) return recent.tile;
    const tile = this.#verifiedTile(level, index);
    this.#recent.set(level, { index, tile });
    // A reader may fail once and not the next time.
    tile.catch(() => this.#recent.delete(level));
    return tile;
  }

  /** The entries of a bundle. */
  async bundle(index: number): Promise<readonly Uint8Array[]> {
    const [entries, tile] = await Promise.all([readBundle(this.read, this.size, index), this.tile(0, index)]);
    const wrong = firstChanged(entries, tile);
    if (wrong !== -1) {
      const path = tilePath({ level: 'entries', index, width: entries.length });
      throw new LogFault('entry-changed', path, index * TILE_WIDTH + wrong);
    }
    return entries;
  }

  /** One entry. */
  async entry(index: number): Promise<Uint8Array> {
    if (!(Number.isSafeInteger(index) && index >= 0 && index < this.size))
      throw new RangeError(`no entry ${index} in a log of ${this.size}`);
    const entries = await this.bundle(Math.floor(index / TILE_WIDTH));
    return entries[index % TILE_WIDTH] as Uint8Array;
  }

  /** The right edge that the log had when it had `size` entries, a multiple of 256: all that going on from there takes. */
  async edgeAt(size: number): Promise<RightEdge> {
    if (size % TILE_WIDTH !== 0 || size > this.size) throw new RangeError(`no end of a bundle at ${size}`);
    const tiles = Array.from({ length: levelsOf(size) }, async (_, level) => {
      const index = edgeIndex(level, size);
      const width = widthOf(level, index, size);
      return width === 0 ? new Uint8Array() : (await this.tile(level, index)).subarray(0, width * HASH_BYTES);
    });
    return { size, bundle: new Uint8Array(), tiles: await Promise.all(tiles) };
  }

  /** An inclusion proof that is known to hold. */
  proveInclusion(index: number): Promise<Uint8Array[]> {
    return hashRanges(inclusionRanges(index, this.size), (level, n) => this.tile(level, n));
  }

  /** A consistency proof from an older size. */
  proveConsistency(older: number): Promise<Uint8Array[]> {
    return hashRanges(consistencyRanges(older, this.size), (level, n) => this.tile(level, n));
  }

  /** A tile at the right edge was checked with the root; any other is checked by its hash in the tile above. */
  async #verifiedTile(level: number, index: number): Promise<Uint8Array> {
    const { size } = this;
    const width = widthOf(level, index, size);
    if (level >= levelsOf(size) || width === 0) throw new RangeError(`no tile ${index} at level ${level}`);
    if (width < TILE_WIDTH && index === edgeIndex(level, size)) return this.edge[level] as Uint8Array;
    const [tile, parent] = await Promise.all([
      readTile(this.read, size, level, index),
      this.tile(level + 1, Math.floor(index / TILE_WIDTH)),
    ]);
    const at = (index % TILE_WIDTH) * HASH_BYTES;
    if (!sameHash(perfectRoot(tile, 0, TILE_WIDTH), parent.subarray(at, at + HASH_BYTES)))
      throw new LogFault('tile-changed', tilePath({ level, index, width }));
    return tile;
  }
}
