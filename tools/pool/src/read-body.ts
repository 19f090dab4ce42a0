import type { IncomingMessage } from 'node:http';
import { ApiError } from './api-error.js';

/** A case is some kilobytes; a megabyte is room for long threads, not for an attack on memory. */
const bytesAtMost = 1024 * 1024;

/** The whole body of a request, or 413. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > bytesAtMost) {
      throw new ApiError(413, 'invalid_request_error', 'body_too_large', 'The body is over 1 MiB.', {
        connection: 'close',
      });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
