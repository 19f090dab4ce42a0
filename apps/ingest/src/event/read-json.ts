import { isUtf8 } from 'node:buffer';
import { BailiwickError } from '@bailiwick/platform';

/**
 * Reads a body as JSON in UTF-8, strictly: `body-not-utf8`, `body-not-json`. The parser's own message quotes the
 * body, so it goes no further than here.
 */
export function readJson(body: Uint8Array): unknown {
  if (!isUtf8(body)) throw new BailiwickError('body-not-utf8', 'the body is not valid UTF-8');
  try {
    return JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8'));
  } catch {
    throw new BailiwickError('body-not-json', 'the body is not JSON');
  }
}
