import { addCosignatures, formatAddCheckpoint, parseAddCheckpoint } from './add-checkpoint.js';
import { Frontier } from './frontier.js';
import { naiveLeaf, sampleEntries } from './naive-tree.test-kit.js';
import { signCheckpoint } from './checkpoint.js';
import { SigningKey } from './signing-key.js';
import type { Verdict } from './verdict.js';
import type { TreeHead } from './verify-proof.js';
import { witnessCheckpoint } from './witness.js';

export const reasonOf = (verdict: { readonly ok: boolean; readonly reason?: string }): string =>
  verdict.ok ? 'ok' : (verdict.reason ?? '');

export function valueOf<T>(verdict: Verdict<T, string>): T {
  if (!verdict.ok) throw new Error(verdict.reason);
  return verdict.value;
}

export const ORIGIN = 'eu-central.bailiwick.test/lineage';
const key = (name: string, type: 'note' | 'cosignature', seed: number): SigningKey =>
  valueOf(SigningKey.of(name, type, Buffer.alloc(32, seed)));
export const logKey = key(ORIGIN, 'note', 1);
export const witnessKey = key('us-east.bailiwick.test/witness', 'cosignature', 2);
/** A key of the same name as the log's, of somebody else. */
export const strangersKey = key(ORIGIN, 'note', 3);
export const outsideWitnessKey = key('witness.example.org/w1', 'cosignature', 4);

/** Size and root of the log of sample entries. */
export const headAt = (size: number): TreeHead => ({
  size,
  root: Frontier.EMPTY.append(sampleEntries(0, size).map(naiveLeaf)).root(),
});

/** The log's own signed checkpoint of a head. */
export const signedHead = (head: TreeHead, signer = logKey): string =>
  signCheckpoint({ origin: ORIGIN, ...head }, [signer]);

/** When the witnesses of these specs cosign. */
export const TIME = 1_795_449_600;

/** A checkpoint with the cosignatures of both witnesses, which saw nothing before. */
export function cosigned(note: string): string {
  const request = valueOf(parseAddCheckpoint(formatAddCheckpoint({ oldSize: 0, proof: [], note })));
  const logKeys = [logKey.verifier, strangersKey.verifier];
  return [witnessKey, outsideWitnessKey].reduce((so, key) => {
    const { body } = witnessCheckpoint({ request, logKeys, latest: undefined, key, time: TIME });
    return valueOf(addCosignatures(so, body, [key.verifier]));
  }, note);
}
