/** Standard base64 (RFC 4648 4); undefined unless it is written the one canonical way. */
export function fromBase64(text: string): Uint8Array | undefined {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : undefined;
}

/** Standard base64, padded. */
export const toBase64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

/** A size or index in decimal; undefined when it has a leading zero, a sign, or is beyond what a number holds. */
export function fromDecimal(text: string): number | undefined {
  const number = Number(text);
  return /^(0|[1-9]\d*)$/.test(text) && Number.isSafeInteger(number) ? number : undefined;
}

/** UTF-8 as text; undefined when it is not UTF-8. */
export function fromUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Base64 lines as hashes of 32 bytes; undefined when one is not. */
export function hashesOfLines(lines: readonly string[]): Uint8Array[] | undefined {
  const hashes = lines.map(fromBase64).filter((hash) => hash?.length === 32);
  return hashes.length === lines.length ? (hashes as Uint8Array[]) : undefined;
}
