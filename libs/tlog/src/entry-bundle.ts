import { accept, refuse, type Verdict } from './verdict.js';

/** The longest entry that a bundle can hold: its length is written in 16 bits. */
export const MAX_ENTRY_BYTES = 0xffff;
const LENGTH_BYTES = 2;

/** An entry that no bundle can hold. Nothing was written. */
export class EntryTooLong extends RangeError {
  override readonly name = 'EntryTooLong';
  constructor(
    /** Place in the batch, from 0. */
    readonly position: number,
    readonly bytes: number,
  ) {
    super(`entry ${position} of the batch has ${bytes} bytes; ${MAX_ENTRY_BYTES} is the most`);
  }
}

/** Throws `EntryTooLong` unless all entries fit. */
export function assertEntriesFit(entries: readonly Uint8Array[]): void {
  const position = entries.findIndex((entry) => entry.length > MAX_ENTRY_BYTES);
  if (position !== -1) throw new EntryTooLong(position, entries[position]?.length ?? 0);
}

/** A bundle with more entries behind those that it has (C2SP tlog-tiles, «Log entries»). */
export function appendToBundle(bundle: Uint8Array, entries: readonly Uint8Array[]): Uint8Array {
  const added = entries.reduce((sum, entry) => sum + LENGTH_BYTES + entry.length, 0);
  const out = Buffer.allocUnsafe(bundle.length + added);
  out.set(bundle);
  let at = bundle.length;
  for (const entry of entries) {
    at = out.writeUInt16BE(entry.length, at);
    out.set(entry, at);
    at += entry.length;
  }
  return out;
}

/** The entries of a bundle, as views of its bytes. */
export function parseBundle(bundle: Uint8Array): Verdict<Uint8Array[], 'bundle-malformed'> {
  const entries: Uint8Array[] = [];
  for (let at = 0; at < bundle.length;) {
    const start = at + LENGTH_BYTES;
    const end = start + (((bundle[at] ?? 0) << 8) | (bundle[at + 1] ?? 0));
    if (start > bundle.length || end > bundle.length) return refuse('bundle-malformed');
    entries.push(bundle.subarray(start, end));
    at = end;
  }
  return accept(entries);
}
