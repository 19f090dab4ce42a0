const TIME_BYTES = 8;

/** What a witness signs: the note's text under a header and its time (C2SP tlog-cosignature, `cosignature/v1`). */
export const cosignatureMessage = (text: string, time: number): Buffer =>
  Buffer.from(`cosignature/v1\ntime ${time}\n${text}`);

/** A timestamp in seconds since the epoch, then the Ed25519 signature. */
export function joinCosignature(time: number, signature: Uint8Array): Uint8Array {
  const stamp = Buffer.alloc(TIME_BYTES);
  stamp.writeBigUInt64BE(BigInt(time));
  return Buffer.concat([stamp, signature]);
}

/** Undefined when the time is beyond what a number holds. */
export function splitCosignature(
  bytes: Uint8Array,
): { readonly time: number; readonly signature: Uint8Array } | undefined {
  if (bytes.length <= TIME_BYTES) return undefined;
  const time = Number(Buffer.from(bytes.subarray(0, TIME_BYTES)).readBigUInt64BE());
  return Number.isSafeInteger(time) ? { time, signature: bytes.subarray(TIME_BYTES) } : undefined;
}
