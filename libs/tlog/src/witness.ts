import type { AddCheckpoint } from './add-checkpoint.js';
import { openCheckpoint } from './checkpoint.js';
import { EMPTY_ROOT, sameHash } from './hash.js';
import { signatureLine } from './note.js';
import type { SigningKey } from './signing-key.js';
import type { VerifierKey } from './verifier-key.js';
import { verifyConsistency, type TreeHead } from './verify-proof.js';

/** Every way in which a witness declines to cosign, with its HTTP status where that is always the same. */
export const WITNESS_REFUSALS = {
  'unknown-origin': 'No log of this origin is witnessed here.',
  'bad-signature': 'No trusted key of the log signed the checkpoint.',
  'rolled-back': 'The log states fewer entries than it stated before.',
  'size-reversed': 'The old size of the request is beyond the size of the checkpoint.',
  conflict: 'The request does not begin at the checkpoint that was cosigned last.',
  forked: 'The log states another root than before for the same size.',
  'bad-proof':
    'The proof does not lead from the checkpoint cosigned last to this one: forked, or a wrong proof.',
} as const;
export type WitnessRefusal = keyof typeof WITNESS_REFUSALS;

/** What a witness knows when it is asked. */
export interface WitnessQuestion {
  readonly request: AddCheckpoint;
  /** Trusted keys of the request's origin; undefined when no such log is witnessed here. */
  readonly logKeys: readonly VerifierKey[] | undefined;
  /** What was cosigned last for the origin; undefined for nothing. */
  readonly latest: TreeHead | undefined;
  /** The witness' own key, of type cosignature. */
  readonly key: SigningKey;
  /** Seconds since the epoch. */
  readonly time: number;
}

/** What a witness answers. */
export type WitnessVerdict =
  | {
      readonly ok: true;
      /** To be kept, in one step with the check that `latest` is still the latest, before the answer goes out. */
      readonly latest: TreeHead;
      /** The cosignature line. */
      readonly body: string;
      readonly status: 200;
    }
  | {
      readonly ok: false;
      readonly reason: WitnessRefusal;
      /** HTTP status of C2SP tlog-witness. */
      readonly status: 400 | 403 | 404 | 409 | 422;
      /** With 409 the size that was cosigned last and a newline, as `text/x.tlog.size`; else a sentence. */
      readonly body: string;
    };

/** Media type of the body that goes with status 409. */
export const TLOG_SIZE_TYPE = 'text/x.tlog.size';

/** Whether a witness cosigns a checkpoint (C2SP tlog-witness). Pure: keeping `latest` is the caller's. */
export function witnessCheckpoint({ request, logKeys, latest, key, time }: WitnessQuestion): WitnessVerdict {
  if (logKeys === undefined) return refused('unknown-origin', 404);
  const opened = openCheckpoint(request.note, request.origin, logKeys);
  if (!opened.ok) return refused('bad-signature', 403);
  const { checkpoint, note } = opened.value;
  const { oldSize, proof } = request;
  const seen = latest ?? { size: 0, root: EMPTY_ROOT };
  const rolledBack = checkpoint.size < seen.size;
  if (oldSize > checkpoint.size) return refused(rolledBack ? 'rolled-back' : 'size-reversed', 400);
  const forked = checkpoint.size === seen.size && !sameHash(checkpoint.root, seen.root);
  if (oldSize !== seen.size) {
    const reason = rolledBack ? 'rolled-back' : forked ? 'forked' : 'conflict';
    return { ok: false, reason, status: 409, body: `${seen.size}\n` };
  }
  if (forked) return refused('forked', 422);
  if (!verifyConsistency(seen, checkpoint, proof).ok) return refused('bad-proof', 422);
  const { name, verifier } = key;
  const signature = key.cosign(note.text, time);
  return {
    ok: true,
    status: 200,
    latest: { size: checkpoint.size, root: checkpoint.root },
    body: signatureLine({ name, keyId: verifier.id, signature }),
  };
}

const refused = (reason: WitnessRefusal, status: 400 | 403 | 404 | 422): WitnessVerdict => ({
  ok: false,
  reason,
  status,
  body: `${WITNESS_REFUSALS[reason]}\n`,
});
