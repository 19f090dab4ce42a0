import { splitCosignature } from './cosignature.js';
import type { SigningKey } from './signing-key.js';
import { fromBase64, fromUtf8, toBase64 } from './text.js';
import { accept, refuse, type Verdict } from './verdict.js';
import { isKeyName, type VerifierKey } from './verifier-key.js';

/** One signature of a note. */
export interface NoteSignature {
  readonly name: string;
  /** Eight hexadecimal digits. */
  readonly keyId: string;
  readonly signature: Uint8Array;
  /** When a witness cosigned, in seconds since the epoch; only on verified cosignatures. */
  readonly time?: number;
}

/** A note that at least one known key signed. */
export interface Note {
  /** What was signed, its last newline included. */
  readonly text: string;
  /** Signatures of known keys, all of them verified. */
  readonly signatures: readonly NoteSignature[];
  /** Signatures of other keys, of which nothing is known. */
  readonly unknown: readonly NoteSignature[];
}

/** Every way in which a note can fail to open. */
export const NOTE_FAULTS = {
  'note-malformed': 'The note is not text, a blank line and signature lines.',
  'note-key-ambiguous': 'Two of the known keys have the same name and id.',
  'note-signature-invalid': 'A signature that claims to be by a known key is not.',
  'note-unsigned': 'No known key signed the note.',
} as const;
export type NoteFault = keyof typeof NOTE_FAULTS;

/** A note with more signatures is malformed, as for Go. */
const MAX_SIGNATURES = 100;
const NOT_TEXT = /[^\n\u0020-\u{10ffff}]/u;

/** Signs a text. Throws `TypeError` when the text is not one that a note can have. */
export function signNote(text: string, keys: readonly SigningKey[]): string {
  if (!text.endsWith('\n') || NOT_TEXT.test(text) || !text.isWellFormed())
    throw new TypeError('the text of a note ends in a newline and has no control characters');
  const signatures = keys.map((key) => ({
    name: key.name,
    keyId: key.verifier.id,
    signature: key.sign(text),
  }));
  return `${text}\n${signatures.map(signatureLine).join('')}`;
}

/** `— <name> base64(id || signature)`, with its newline. */
export const signatureLine = ({ name, keyId, signature }: NoteSignature): string =>
  `— ${name} ${toBase64(Buffer.concat([Buffer.from(keyId, 'hex'), signature]))}\n`;

/** Opens a note as Go's `note.Open` does: known signatures must verify, unknown ones are set aside. */
export function openNote(note: string | Uint8Array, known: readonly VerifierKey[]): Verdict<Note, NoteFault> {
  const parts = splitNote(note);
  if (parts === undefined) return refuse('note-malformed');
  const { text, claimed } = parts;
  const signatures = new Map<string, NoteSignature>();
  const unknown = new Map<string, NoteSignature>();
  for (const claim of claimed) {
    const { name, keyId, signature } = claim;
    const [key, other] = known.filter((candidate) => candidate.name === name && candidate.id === keyId);
    const whose = `${name}+${keyId}`;
    if (other) return refuse('note-key-ambiguous');
    if (!key) unknown.set(`${whose}+${toBase64(signature)}`, claim);
    else if (!signatures.has(whose)) {
      if (!key.verify(text, signature)) return refuse('note-signature-invalid');
      const time = key.type === 'cosignature' ? splitCosignature(signature)?.time : undefined;
      signatures.set(whose, time === undefined ? claim : { ...claim, time });
    }
  }
  if (signatures.size === 0) return refuse('note-unsigned');
  return accept({ text, signatures: [...signatures.values()], unknown: [...unknown.values()] });
}

/** The text of a note and what its signature lines claim; undefined when it is malformed. Nothing is verified. */
export function splitNote(
  note: string | Uint8Array,
): { readonly text: string; readonly claimed: readonly NoteSignature[] } | undefined {
  const whole = typeof note === 'string' ? note : fromUtf8(note);
  if (whole === undefined || NOT_TEXT.test(whole) || !whole.isWellFormed()) return undefined;
  const split = whole.lastIndexOf('\n\n');
  const lines = whole.slice(split + 2).split('\n');
  if (split < 0 || lines.length < 2 || lines.length > MAX_SIGNATURES + 1 || lines.pop() !== '')
    return undefined;
  const claimed = lines.map(parseSignatureLine).filter((claim) => claim !== undefined);
  return claimed.length === lines.length ? { text: whole.slice(0, split + 1), claimed } : undefined;
}

function parseSignatureLine(line: string): NoteSignature | undefined {
  const [, name = '', base64 = ''] = /^— ([^ ]+) ([^ ]+)$/.exec(line) ?? [];
  const bytes = fromBase64(base64);
  if (!isKeyName(name) || bytes === undefined || bytes.length < 5) return undefined;
  return { name, keyId: Buffer.from(bytes.subarray(0, 4)).toString('hex'), signature: bytes.subarray(4) };
}
