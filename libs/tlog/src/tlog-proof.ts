import { openCheckpoint, type CheckpointFault, type SignedCheckpoint } from './checkpoint.js';
import { splitNote } from './note.js';
import { fromBase64, fromDecimal, hashesOfLines, toBase64 } from './text.js';
import { accept, refuse, type Verdict } from './verdict.js';
import type { VerifierKey } from './verifier-key.js';
import { verifyInclusion, type ProofFault } from './verify-proof.js';

/** One entry's inclusion, checked offline (C2SP tlog-proof, `c2sp.org/tlog-proof@v1`; that text is still a draft). */
export interface TlogProof {
  readonly index: number;
  readonly proof: readonly Uint8Array[];
  /** The signed checkpoint, with cosignatures. */
  readonly note: string;
  /** What an application wants to say beside it. Nothing vouches for it. */
  readonly extra?: Uint8Array;
}

const HEADER = 'c2sp.org/tlog-proof@v1';

/** The proof as the text of a `.tlog-proof` file. */
export function formatTlogProof({ index, proof, note, extra }: TlogProof): string {
  const head = [HEADER, ...(extra ? [`extra ${toBase64(extra)}`] : []), `index ${index}`];
  return [...head, ...proof.map(toBase64), '', note].join('\n');
}

/** Reads a `.tlog-proof` file. Nothing is verified. */
export function parseTlogProof(text: string): Verdict<TlogProof, 'proof-malformed'> {
  const end = text.indexOf('\n\n');
  const [header, ...lines] = text.slice(0, Math.max(0, end)).split('\n');
  const extraLine = lines[0]?.startsWith('extra ') ? lines.shift() : undefined;
  const extra = extraLine === undefined ? undefined : fromBase64(extraLine.slice('extra '.length));
  const [indexLine = '', ...hashes] = lines;
  const index = indexLine.startsWith('index ') ? fromDecimal(indexLine.slice('index '.length)) : undefined;
  const proof = hashesOfLines(hashes);
  const note = text.slice(end + 2);
  const malformed = header !== HEADER || index === undefined || proof === undefined || !splitNote(note);
  if (malformed || (extraLine !== undefined && extra === undefined)) return refuse('proof-malformed');
  return accept({ index, proof, note, ...(extra && { extra }) });
}

/** Whether a leaf is in the log of an origin, as a proof says. How many witnesses must have cosigned is the caller's to say. */
export function verifyTlogProof(
  { index, proof, note }: TlogProof,
  leaf: Uint8Array,
  origin: string,
  known: readonly VerifierKey[],
): Verdict<SignedCheckpoint, CheckpointFault | ProofFault> {
  const opened = openCheckpoint(note, origin, known);
  if (!opened.ok) return opened;
  const included = verifyInclusion(leaf, index, opened.value.checkpoint, proof);
  return included.ok ? opened : included;
}
