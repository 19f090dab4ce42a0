import { BailiwickError } from '@bailiwick/platform';

/** Largest body of a request, in bytes. A record may have 5 MB; JSON and the envelope add to it. */
export const MAX_BODY_BYTES = 6 * 1024 * 1024;
/** What of a body that is too large is still read, and thrown away, so that its sender can read the refusal. */
const MAX_DISCARDED_BYTES = 32 * 1024 * 1024;

/** Reads a body whole. Throws `body-too-large`. */
export async function readBody(payload: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of payload) {
    length += chunk.length;
    if (length <= MAX_BODY_BYTES) chunks.push(chunk);
    else chunks.length = 0;
    if (length > MAX_DISCARDED_BYTES) break;
  }
  if (length > MAX_BODY_BYTES)
    throw new BailiwickError('body-too-large', `a body has at most ${MAX_BODY_BYTES} bytes`);
  return Buffer.concat(chunks, length);
}

/** Body of a request as its bytes; empty when there was none. */
export const bodyOf = ({ body }: { readonly body: unknown }): Buffer =>
  Buffer.isBuffer(body) ? body : Buffer.alloc(0);
