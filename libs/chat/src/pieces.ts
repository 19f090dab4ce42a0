/** Characters of a text in one event of a stream, about what a model says at once. */
const PIECE = 40;

/** A text in pieces that split no character. */
export function* pieces(text: string): Generator<string> {
  for (let start = 0; start < text.length;) {
    let end = Math.min(start + PIECE, text.length);
    const last = text.charCodeAt(end - 1);
    if (end < text.length && last >= 0xd8_00 && last <= 0xdb_ff) end++;
    yield text.slice(start, end);
    start = end;
  }
}
