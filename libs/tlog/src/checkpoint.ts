import { HASH_BYTES } from './hash.js';
import { openNote, signNote, type Note, type NoteFault } from './note.js';
import type { SigningKey } from './signing-key.js';
import { fromBase64, fromDecimal, toBase64 } from './text.js';
import { accept, refuse, type Verdict } from './verdict.js';
import type { VerifierKey } from './verifier-key.js';

/** What a log says of itself: how many entries it has and what their root hash is (C2SP tlog-checkpoint). */
export interface Checkpoint {
  /** Which log: a name that no other log has. */
  readonly origin: string;
  readonly size: number;
  readonly root: Uint8Array;
  /** Further lines, of which this library says nothing. */
  readonly extensions?: readonly string[];
}

/** Every way in which a signed checkpoint can be refused. */
export const CHECKPOINT_FAULTS = {
  'checkpoint-malformed': 'The text is not an origin, a size and a root hash.',
  'checkpoint-other-origin': 'The checkpoint is of another log.',
} as const;
export type CheckpointFault = NoteFault | keyof typeof CHECKPOINT_FAULTS;

/** A checkpoint whose signatures were verified. */
export interface SignedCheckpoint {
  readonly checkpoint: Checkpoint;
  readonly note: Note;
}

/** The text that is signed. Throws `TypeError` when a line would be empty or more than one. */
export function formatCheckpoint({ origin, size, root, extensions = [] }: Checkpoint): string {
  const lines = [origin, String(size), toBase64(root), ...extensions];
  const text = `${lines.join('\n')}\n`;
  if (!parseCheckpoint(text).ok || lines.some((line) => line.includes('\n')))
    throw new TypeError(
      'a checkpoint is an origin, a size, a root hash and extension lines, none of them empty',
    );
  return text;
}

/** Reads the text of a checkpoint, strictly: one way to write each. */
export function parseCheckpoint(text: string): Verdict<Checkpoint, 'checkpoint-malformed'> {
  const lines = text.split('\n');
  const last = lines.pop();
  const [origin = '', decimal = '', base64 = '', ...extensions] = lines;
  const size = fromDecimal(decimal);
  const root = fromBase64(base64);
  if (last !== '' || lines.includes('') || origin === '' || size === undefined || root?.length !== HASH_BYTES)
    return refuse('checkpoint-malformed');
  return accept({ origin, size, root, ...(extensions.length > 0 && { extensions }) });
}

/** A checkpoint as a signed note. The key's name should be the origin. */
export const signCheckpoint = (checkpoint: Checkpoint, keys: readonly SigningKey[]): string =>
  signNote(formatCheckpoint(checkpoint), keys);

/**
 * Opens a signed checkpoint of one log, with the keys of the log and of witnesses that are known. The log itself must
 * have signed; which others did is in the note.
 */
export function openCheckpoint(
  note: string | Uint8Array,
  origin: string,
  known: readonly VerifierKey[],
): Verdict<SignedCheckpoint, CheckpointFault> {
  const opened = openNote(note, known);
  if (!opened.ok) return opened;
  if (opened.value.signatures.every(({ time }) => time !== undefined)) return refuse('note-unsigned');
  const checkpoint = parseCheckpoint(opened.value.text);
  if (!checkpoint.ok) return checkpoint;
  if (checkpoint.value.origin !== origin) return refuse('checkpoint-other-origin');
  return accept({ checkpoint: checkpoint.value, note: opened.value });
}
