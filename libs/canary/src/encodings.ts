/**
 * The encodings in which a value could lie on a disk: as it is, in UTF-16, base64 at each of the three alignments,
 * hexadecimal, percent-encoded.
 */
export function canaryForms(value: string): Buffer[] {
  const bytes = Buffer.from(value);
  const aligned = [0, 1, 2].map((pad) => {
    const text = Buffer.concat([Buffer.alloc(pad), bytes])
      .toString('base64')
      .replaceAll('=', '');
    // The first and last characters mix with neighbours, so only the middle is certain.
    return text.slice(pad === 0 ? 0 : 4, -2);
  });
  return [
    value,
    encodeURIComponent(value),
    bytes.toString('hex'),
    ...aligned,
    ...aligned.map((text) => text.replaceAll('+', '-').replaceAll('/', '_')),
  ]
    .map((text) => Buffer.from(text))
    .concat(Buffer.from(value, 'utf16le'));
}

/** Searches bytes for canaries in every encoding. */
export const canariesIn = (bytes: Buffer, values: readonly string[]): string[] =>
  values.filter((value) => canaryForms(value).some((needle) => bytes.includes(needle)));
