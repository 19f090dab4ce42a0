import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { canaryForms } from './encodings.js';
import { Needles } from './needles.js';

/** A place where a canary was found. */
export interface Hit {
  readonly file: string;
  readonly value: string;
}

async function* filesBelow(folder: string): AsyncGenerator<string> {
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesBelow(path);
    else if (entry.isFile()) yield path;
  }
}

const READ_BYTES = 1 << 20;
const ZEROS = Buffer.alloc(READ_BYTES);

/**
 * Reads every file below the folders that was changed at `since` or later (milliseconds since the epoch), and reports each value that
 * is there, in the forms that `forms` gives. Says how much it read: none is no proof.
 */
export async function searchFiles(
  folders: readonly string[],
  values: readonly string[],
  forms: (value: string) => readonly Buffer[] = canaryForms,
  since = 0,
): Promise<{ readonly hits: readonly Hit[]; readonly files: number; readonly bytes: number }> {
  const needles = new Needles(values.map((value) => [value, forms(value)] as const));
  const hits: Hit[] = [];
  let files = 0;
  let bytes = 0;
  for (const folder of folders) {
    for await (const file of filesBelow(folder)) {
      if (since > 0 && ((await stat(file).catch(() => null))?.mtimeMs ?? 0) < since) continue;
      files += 1;
      let tail: Buffer = Buffer.alloc(0);
      const found = new Set<string>();
      try {
        for await (const chunk of createReadStream(file, { highWaterMark: READ_BYTES })) {
          const read = chunk as Buffer;
          bytes += read.length;
          // Brokers preallocate their indexes: most of a log folder is zeros.
          if (read.equals(ZEROS.subarray(0, read.length))) {
            tail = Buffer.alloc(0);
            continue;
          }
          const block = Buffer.concat([tail, read]);
          for (const value of needles.in(block)) found.add(value);
          tail = Buffer.from(block.subarray(-512));
        }
      } catch {
        // A file that a broker or database removed between listing and reading holds nothing any more.
        files -= 1;
      }
      for (const value of found) hits.push({ file, value });
    }
  }
  return { hits, files, bytes };
}
