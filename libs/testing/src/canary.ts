import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { base32 } from '@bailiwick/domain';
import { Needles } from './needles.js';

/** Values that exist nowhere else, so that a hit in any place is a leak. */
export interface Canaries {
  readonly name: string;
  readonly email: string;
  readonly phone: string;
  readonly note: string;
  /** All values, to search for. */
  readonly values: readonly string[];
}

/** Makes canaries that detectors recognise as what they are. The word in `note` is free text that no detector knows. */
export function makeCanaries(): Canaries {
  const word = (): string => base32(randomBytes(8));
  const name = `Zora Canary${word()}`;
  const email = `zora.${word()}@example.org`;
  const phone = `+4930${String(randomBytes(4).readUInt32BE() % 100_000_000).padStart(8, '0')}`;
  const note = `canarynote${word()}`;
  return { name, email, phone, note, values: [name, email, phone, note] };
}

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

/**
 * The encodings in which a value could lie on a disk: as it is, in UTF-16, base64 at each of the three alignments,
 * hexadecimal, percent-encoded.
 */
function encodings(value: string): Buffer[] {
  const bytes = Buffer.from(value);
  const aligned = [0, 1, 2].map((pad) => {
    const text = Buffer.concat([Buffer.alloc(pad), bytes])
      .toString('base64')
      .replaceAll('=', '');
    // The first and last characters mix with neighbours, so only the middle is certain.
    return text.slice(pad === 0 ? 0 : 4, -2);
  });
  return [
    value,
    encodeURIComponent(value),
    bytes.toString('hex'),
    ...aligned,
    ...aligned.map((text) => text.replaceAll('+', '-').replaceAll('/', '_')),
  ]
    .map((text) => Buffer.from(text))
    .concat(Buffer.from(value, 'utf16le'));
}

const READ_BYTES = 1 << 20;
const ZEROS = Buffer.alloc(READ_BYTES);

/** Searches bytes for canaries in every encoding. */
export const canariesIn = (bytes: Buffer, values: readonly string[]): string[] =>
  values.filter((value) => encodings(value).some((needle) => bytes.includes(needle)));

/**
 * Reads every file below the folders and reports each value that is there, in the forms that `forms` gives. Says how much it read:
 * none is no proof.
 */
export async function searchFiles(
  folders: readonly string[],
  values: readonly string[],
  forms: (value: string) => readonly Buffer[] = encodings,
): Promise<{ readonly hits: readonly Hit[]; readonly files: number; readonly bytes: number }> {
  const needles = new Needles(values.map((value) => [value, forms(value)] as const));
  const hits: Hit[] = [];
  let files = 0;
  let bytes = 0;
  for (const folder of folders) {
    for await (const file of filesBelow(folder)) {
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
