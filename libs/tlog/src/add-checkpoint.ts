import { parseCheckpoint } from './checkpoint.js';
import { openNote, splitNote, signatureLine, type NoteFault } from './note.js';
import { fromDecimal, fromUtf8, hashesOfLines, toBase64 } from './text.js';
import { accept, refuse, type Verdict } from './verdict.js';
import type { VerifierKey } from './verifier-key.js';

/** A log asks a witness to cosign (C2SP tlog-witness, `POST /add-checkpoint`). */
export interface AddCheckpoint {
  /** Which log, as the checkpoint claims: look up its keys and what was last seen of it. */
  readonly origin: string;
  /** Size of the checkpoint that the log thinks the witness saw last; 0 for none. */
  readonly oldSize: number;
  /** Consistency proof from there. */
  readonly proof: readonly Uint8Array[];
  /** The signed checkpoint. Nothing of it is verified yet. */
  readonly note: string;
}

/** More hashes than this prove nothing: no log has 2 ** 63 entries. */
const MAX_PROOF = 63;

/** The body of a request. */
export function formatAddCheckpoint({ oldSize, proof, note }: Omit<AddCheckpoint, 'origin'>): string {
  return [`old ${oldSize}`, ...proof.map(toBase64), '', note].join('\n');
}

/** Reads the body of a request. */
export function parseAddCheckpoint(body: string | Uint8Array): Verdict<AddCheckpoint, 'request-malformed'> {
  const text = typeof body === 'string' ? body : fromUtf8(body);
  const end = text?.indexOf('\n\n') ?? -1;
  if (text === undefined || end < 0) return refuse('request-malformed');
  const [old = '', ...lines] = text.slice(0, end).split('\n');
  const note = text.slice(end + 2);
  const oldSize = old.startsWith('old ') ? fromDecimal(old.slice(4)) : undefined;
  const proof = hashesOfLines(lines);
  const parts = splitNote(note);
  const checkpoint = parts && parseCheckpoint(parts.text);
  if (oldSize === undefined || proof === undefined || proof.length > MAX_PROOF || !checkpoint?.ok)
    return refuse('request-malformed');
  return accept({ origin: checkpoint.value.origin, oldSize, proof, note });
}

/** Every way in which a witness' answer can be of no use to a log. */
export type CosignatureFault = NoteFault | 'cosignature-none';

/**
 * A checkpoint with the cosignatures that a witness answered: those of known witnesses, verified, and no others. The
 * answer's body is signature lines.
 */
export function addCosignatures(
  note: string,
  body: string | Uint8Array,
  witnesses: readonly VerifierKey[],
): Verdict<string, CosignatureFault> {
  const lines = typeof body === 'string' ? body : fromUtf8(body);
  const parts = splitNote(note);
  if (parts === undefined || lines === undefined) return refuse('note-malformed');
  const answered = openNote(`${parts.text}\n${lines}`, witnesses);
  if (!answered.ok) return answered.reason === 'note-unsigned' ? refuse('cosignature-none') : answered;
  const had = new Set(parts.claimed.map(({ name, keyId }) => `${name}+${keyId}`));
  const added = answered.value.signatures.filter(({ name, keyId }) => !had.has(`${name}+${keyId}`));
  return accept(note + added.map(signatureLine).join(''));
}
