import { base32, type Json } from '@bailiwick/domain';
import { createHmac } from 'node:crypto';
import { PSEUDONYM, marksIn, replaceMarks, tokenOf } from './pseudonym-text.js';

/** 60 bits: two of a tenant's values share a pseudonym with odds under one in a million at a million values. */
const CHARACTERS = 12;

/** Values that differ only in case, spacing or Unicode form are one value. */
export const normalise = (value: string): string =>
  value.normalize('NFKC').trim().replaceAll(/\s+/gu, ' ').toLowerCase();

/**
 * Makes the pseudonyms of one record and keeps what they stand for, until `Custody.remember` stores it. The same
 * entity and value make the same pseudonym everywhere in a tenant, and nowhere else.
 */
export class Pseudonymiser {
  readonly #key: Uint8Array;
  readonly #entries = new Map<string, string>();

  constructor(key: Uint8Array) {
    this.#key = key;
  }

  /** For example `⟦PERSON·k7q2m4x6p3ab⟧`; of fixed length for an entity, and never a prefix of another one. */
  pseudonym(entity: string, value: string): string {
    const mac = createHmac('sha256', this.#key)
      .update(`${entity.length}:${entity}${normalise(value)}`)
      .digest();
    const pseudonym = `⟦${entity}·${base32(mac.subarray(0, 8)).slice(0, CHARACTERS)}⟧`;
    if (!this.#entries.has(pseudonym)) this.#entries.set(pseudonym, value);
    return pseudonym;
  }

  /** What each pseudonym made here stands for: personal data. */
  entries(): ReadonlyMap<string, string> {
    return this.#entries;
  }
}

/** The pseudonyms in a text, or in the strings of a JSON value. */
export function pseudonymsIn(value: Json): ReadonlySet<string> {
  const found = new Set<string>();
  mapStrings(value, (text) => {
    for (const [pseudonym] of text.matchAll(PSEUDONYM)) found.add(pseudonym);
    return text;
  });
  return found;
}

/** The tokens of pseudonyms that a value may mean, however a model wrote them. */
export function pseudonymTokensIn(value: Json): ReadonlySet<string> {
  const found = new Set<string>();
  mapStrings(value, (text) => {
    for (const { token } of marksIn(text)) found.add(token);
    return text;
  });
  return found;
}

/** A value with its pseudonyms replaced, and how many were. A pseudonym that `known` lacks is left and counted. */
export interface Restored {
  readonly value: Json;
  readonly restored: number;
  readonly unknown: number;
}

/**
 * Replaces pseudonyms in a text, or in the strings of a JSON value; its names stay as they are. Those that a model wrote
 * otherwise than they were made are replaced too.
 */
export function restorePseudonyms(value: Json, known: ReadonlyMap<string, string>): Restored {
  const byToken = new Map([...known].map(([pseudonym, original]) => [tokenOf(pseudonym), original]));
  let restored = 0;
  const restoredValue = mapStrings(value, (text) =>
    replaceMarks(text, (token) => {
      const original = byToken.get(token);
      if (original !== undefined) restored++;
      return original;
    }),
  );
  let unknown = 0;
  mapStrings(value, (text) => {
    for (const [pseudonym] of text.matchAll(PSEUDONYM)) if (!byToken.has(tokenOf(pseudonym))) unknown++;
    return text;
  });
  return { value: restoredValue, restored, unknown };
}

function mapStrings(value: Json, change: (text: string) => string): Json {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((item: Json) => mapStrings(item, change));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, mapStrings(item, change)]));
}
