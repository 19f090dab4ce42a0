import { Needles, canaryForms, type Canaries } from '@bailiwick/canary';

/** Kinds of places that the mesh writes. */
export type PlaceKind = 'topic' | 'table' | 'log' | 'trace' | 'metric' | 'file';

/** One place that was searched. */
export interface Searched {
  readonly kind: PlaceKind;
  readonly region: string;
  readonly name: string;
  /** How much was there to read; nothing read is no proof. */
  readonly bytes: number;
  /** Which values of the canary are there: their names, never themselves. */
  readonly found: readonly string[];
}

/** A canary that was planted: what it is, and since when it can be anywhere. */
export interface Planted {
  readonly region: string;
  readonly tenant: string;
  readonly eventId: string;
  readonly canaries: Canaries;
  /** Milliseconds since the epoch. */
  readonly since: number;
}

/** A search of bytes for the values of a canary; gives their names. */
export type Look = (bytes: Buffer) => readonly string[];

/** Makes the search for one canary. */
export function lookFor({ name, email, phone, note }: Canaries): Look {
  const needles = new Needles(
    Object.entries({ name, email, phone, note }).map(([word, value]) => [word, canaryForms(value)] as const),
  );
  return (bytes) => [...needles.in(bytes)];
}
