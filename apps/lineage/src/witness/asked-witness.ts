import type { VerifierKey } from '@bailiwick/tlog';
import { z } from 'zod';
import { verifierKey, type KnownLog } from './known-logs.js';
import { WITNESS_PREFIX } from './witness.controller.js';

/** A witness that no cell runs. https://c2sp.org/tlog-witness */
export const OutsideWitness = z.strictObject({
  /** Its submission prefix: `add-checkpoint` is under it. It has to know the key of the cell's log. */
  url: z.url(),
  /** Key with which it cosigns; its name is the witness's. */
  key: verifierKey('cosignature'),
});
export type OutsideWitness = z.infer<typeof OutsideWitness>;

/** Who is asked to cosign the log. */
export interface AskedWitness {
  /** By which metrics and the log of the service call it. */
  readonly name: string;
  /** Submission prefix. */
  readonly url: string;
  readonly key: VerifierKey;
}

/** The witnesses of the other cells, and those that no cell runs. */
export const askedWitnesses = (
  others: readonly KnownLog[],
  outside: readonly OutsideWitness[],
): readonly AskedWitness[] => [
  ...others.map(({ region, url, witness: key }) => ({ name: region, url: `${url}${WITNESS_PREFIX}`, key })),
  ...outside.map(({ url, key }) => ({ name: key.name, url: url.replace(/\/+$/, ''), key })),
];
