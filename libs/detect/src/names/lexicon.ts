import { readFileSync } from 'node:fs';

/**
 * What a word may be, packed into 32 bits: how often it is a first name (0 to 7), a surname (0 to 7) and a place (0 to 7,
 * by population), how often it is an ordinary word in each of the seven languages (0 to 3), and a few flags.
 * `gazetteer/build.py` makes the table and names its sources.
 */
export type Lexeme = number;

export const firstName = (lexeme: Lexeme): number => lexeme & 7;
export const surname = (lexeme: Lexeme): number => (lexeme >> 3) & 7;
export const place = (lexeme: Lexeme): number => (lexeme >> 6) & 7;
/** How common the word is in a language: 0 unknown, 1 rare, 2 known, 3 frequent. */
export const use = (lexeme: Lexeme, language: number): number => (lexeme >> (9 + 2 * language)) & 3;
/** All uses, for a look whether there is any. */
export const USES = 0x3fff << 9;
/** A place of several words begins with this word. */
export const PHRASE = 1 << 23;
/** A country, or a state or province of one. */
export const REGION = 1 << 24;
export const COMPANY = 1 << 25;
export const NATIONALITY = 1 << 26;

// The same depth below the package from src and from dist.
const file = readFileSync(new URL('../../data/words.bin', import.meta.url));
const table = new Uint32Array(file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength));
const count = table[0] ?? 0;
const entries = entriesOf(table.subarray(1, 1 + count), table.subarray(1 + count, 1 + 2 * count));
const BUCKET_BITS = 18;
const begins = bucketsOf(entries);

/** Each hash with its lexeme right behind it, so that one look at memory finds both. */
function entriesOf(hashes: Uint32Array, lexemes: Uint32Array): Uint32Array {
  const pairs = new Uint32Array(2 * count);
  for (let at = 0; at < count; at++) {
    pairs[2 * at] = hashes[at] ?? 0;
    pairs[2 * at + 1] = lexemes[at] ?? 0;
  }
  return pairs;
}

/** Where the hashes with the same high bits begin; some two of the half million share a bucket. */
function bucketsOf(sorted: Uint32Array): Uint32Array {
  const buckets = new Uint32Array((1 << BUCKET_BITS) + 1);
  let bucket = 0;
  for (let at = 0; at < sorted.length; at += 2) {
    const here = (sorted[at] ?? 0) >>> (32 - BUCKET_BITS);
    while (bucket <= here) buckets[bucket++] = at;
  }
  buckets.fill(sorted.length, bucket);
  return buckets;
}

/** What is known of a folded word with this hash, or of folded words with one space between; 0 when nothing is. */
export const lookUp = (hash: number): Lexeme => at(finished(hash));

function finished(hash: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return (mixed ^ (mixed >>> 13)) >>> 0;
}

function at(hash: number): Lexeme {
  const bucket = hash >>> (32 - BUCKET_BITS);
  const end = begins[bucket + 1] ?? 0;
  for (let index = begins[bucket] ?? 0; index < end; index += 2)
    if (entries[index] === hash) return entries[index + 1] ?? 0;
  return 0;
}
