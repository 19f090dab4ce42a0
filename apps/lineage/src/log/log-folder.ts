import { mkdir, open, readFile, readdir, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { TILE_WIDTH, parseTilePath, tilePath, type TileName } from '@bailiwick/tlog';
import { narrow } from './narrow-tile.js';

/** Files that are written at the same time. */
const AT_ONCE = 8;
/** Name of the newest checkpoint. */
const CHECKPOINT = 'checkpoint';
/** Folder of the bundles of entries. */
const ENTRIES = 'tile/entries';

/**
 * The files of a log in a folder, in the layout of C2SP tlog-tiles. A file is whole or not there, and durable before
 * anything that depends on it is written. Of partial tiles only the widest stays: narrower ones are cut from it.
 */
export class LogFolder {
  constructor(private readonly folder: string) {}

  /** A tile or bundle by its path, cut from a wider one where it is not there itself; null when the log has none. */
  readonly read = async (path: string): Promise<Uint8Array | null> => {
    const name = parseTilePath(path);
    if (!name) return null;
    const exact = await this.#file(path);
    if (exact || name.width === TILE_WIDTH) return exact;
    const wider = await this.#wider(name);
    const file = wider === null ? null : await this.#file(tilePath({ ...name, width: wider }));
    return file && narrow(file, name);
  };

  /** The newest checkpoint, or null. */
  async checkpoint(): Promise<string | null> {
    const note = await this.#file(CHECKPOINT);
    return note && Buffer.from(note).toString('utf8');
  }

  /** Writes files of the log, durably. */
  async write(files: ReadonlyMap<string, Uint8Array>): Promise<void> {
    const waiting = [...files];
    const work = async (): Promise<void> => {
      for (let next = waiting.pop(); next; next = waiting.pop()) await this.#put(next[0], next[1]);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    const folders = new Set([...files.keys()].map((path) => dirname(join(this.folder, path))));
    await Promise.all([...folders].map(syncFolder));
    for (const path of files.keys()) await this.#dropNarrower(path);
  }

  /** Publishes a checkpoint: everything that it speaks of must have been written. */
  async writeCheckpoint(note: string): Promise<void> {
    await this.#put(CHECKPOINT, Buffer.from(note));
    await syncFolder(this.folder);
  }

  /** Removes the bundles all of whose entries lie before an index. Tiles stay: they are hashes. */
  dropBundles(before: number): Promise<void> {
    return this.#dropBelow(ENTRIES, Math.floor(before / TILE_WIDTH));
  }

  /** Removes every file. */
  clear(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }

  async #dropBelow(folder: string, bundle: number): Promise<void> {
    for (const part of await this.#list(folder)) {
      const path = `${folder}/${part}`;
      if (/^x\d{3}$/.test(part)) await this.#dropBelow(path, bundle);
      const name = parseTilePath(path);
      if (name && name.index < bundle) await rm(join(this.folder, path), { force: true });
    }
  }

  async #put(path: string, bytes: Uint8Array): Promise<void> {
    const target = join(this.folder, path);
    const draft = `${target}.draft`;
    const file = await this.#created(draft);
    try {
      await file.writeFile(bytes);
      await file.datasync();
    } finally {
      await file.close();
    }
    await rename(draft, target);
  }

  async #created(path: string): Promise<FileHandle> {
    return open(path, 'w').catch(async (thrown: unknown) => {
      if (!isAbsent(thrown)) throw thrown;
      await makeFolder(dirname(path));
      return open(path, 'w');
    });
  }

  async #file(path: string): Promise<Uint8Array | null> {
    try {
      return await readFile(join(this.folder, path));
    } catch (thrown) {
      if (isAbsent(thrown)) return null;
      throw thrown;
    }
  }

  async #wider(name: TileName): Promise<number | null> {
    const widths = await this.#partials(name);
    return widths.find((width) => width >= name.width) ?? ((await this.#isFull(name)) ? TILE_WIDTH : null);
  }

  async #isFull(name: TileName): Promise<boolean> {
    return (await this.#file(tilePath({ ...name, width: TILE_WIDTH }))) !== null;
  }

  /** Widths of a tile that are there, narrowest first. */
  async #partials(name: TileName): Promise<readonly number[]> {
    const found = await this.#list(this.#partialFolder(name));
    return found
      .filter((width) => /^\d+$/.test(width))
      .map(Number)
      .toSorted((a, b) => a - b);
  }

  #partialFolder(name: TileName): string {
    return `${tilePath({ ...name, width: TILE_WIDTH })}.p`;
  }

  /** Names in a folder of the log; none when it is not there. */
  async #list(folder: string): Promise<readonly string[]> {
    return readdir(join(this.folder, folder)).catch((thrown: unknown) => {
      if (isAbsent(thrown)) return [];
      throw thrown;
    });
  }

  async #dropNarrower(path: string): Promise<void> {
    const name = parseTilePath(path);
    if (!name) return;
    const folder = join(this.folder, this.#partialFolder(name));
    if (name.width === TILE_WIDTH) return rm(folder, { recursive: true, force: true });
    for (const width of await this.#partials(name))
      if (width < name.width) await rm(join(folder, String(width)), { force: true });
  }
}

/** Makes a folder and what it lies in, durably. */
async function makeFolder(folder: string): Promise<void> {
  const highest = await mkdir(folder, { recursive: true });
  if (highest === undefined) return;
  for (let made = folder; made.length >= highest.length; made = dirname(made))
    await syncFolder(dirname(made));
}

/** Makes durable which names are in a folder: of a file that was renamed, its own sync does not say under which name. */
async function syncFolder(folder: string): Promise<void> {
  const opened = await open(folder, 'r');
  try {
    await opened.sync();
  } finally {
    await opened.close();
  }
}

const isAbsent = (thrown: unknown): boolean =>
  thrown instanceof Error && 'code' in thrown && ['ENOENT', 'ENOTDIR'].includes(String(thrown.code));
