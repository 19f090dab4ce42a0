import type { IncomingHttpHeaders } from 'node:http';
import { request } from 'node:https';

/** Answer to a request; `json` is empty when the body is none. */
export interface Answer {
  readonly status: number;
  readonly type: string;
  /** Seconds, as text; absent where the answer names none. */
  readonly retryAfter?: string;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly json: Readonly<Record<string, unknown>>;
}

/** Posts bytes, or asks otherwise, as a producer does that trusts the cell's authority and has no certificate. */
export function post(
  url: string,
  ca: string,
  headers: Readonly<Record<string, string>>,
  body: Uint8Array,
  method = 'POST',
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const call = request(url, { method, ca, headers: { ...headers } }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        resolve({
          status: response.statusCode ?? 0,
          type: response.headers['content-type'] ?? '',
          ...(response.headers['retry-after'] && { retryAfter: response.headers['retry-after'] }),
          headers: response.headers,
          text,
          json: /^[[{]/.test(text) ? JSON.parse(text) : {},
        });
      });
    });
    call.on('error', reject);
    call.end(body);
  });
}
