import { getCACertificates } from 'node:tls';
import { Agent, request } from 'undici';
import { z } from 'zod';
import type { CrmAnswer, CrmWrite, CrmWriter } from '../crm-writer.js';

/** What is read of an answer at most, in bytes; a problem document is far smaller. */
const MOST_READ = 16 * 1024;

/** Of a problem document (RFC 9457) only a code of plain words is kept: its sentences may quote the record. */
const ProblemCode = z.object({ code: z.string().regex(/^[a-z][a-z0-9-]{0,60}$/) });

/**
 * Speaks the generic HTTP interface: `PATCH {url}/crm/{tenant}/objects/{object}/{id}` with `{"fields": {…}}`, an
 * `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header) and the write's own credential as bearer token.
 */
export class GenericHttpWriter implements CrmWriter {
  readonly operation = 'PATCH /crm/{tenant}/objects/{object}/{id}';
  readonly #base: string;
  readonly #timeoutMs: number;
  readonly #agent: Agent;

  constructor({ url, timeoutMs }: { readonly url: string; readonly timeoutMs: number }, authority: string) {
    this.#base = url.replace(/\/+$/, '');
    this.#timeoutMs = timeoutMs;
    const ca = [...getCACertificates('default'), authority];
    this.#agent = new Agent({ connect: { ca, timeout: timeoutMs }, connections: 16, allowH2: false });
  }

  async write(write: CrmWrite): Promise<CrmAnswer> {
    const path = ['crm', write.tenant, 'objects', write.object, write.recordId]
      .map(encodeURIComponent)
      .join('/');
    try {
      const answer = await request(`${this.#base}/${path}`, {
        method: 'PATCH',
        dispatcher: this.#agent,
        signal: AbortSignal.any([write.signal, AbortSignal.timeout(this.#timeoutMs)]),
        headers: {
          authorization: `Bearer ${write.credential.reveal()}`,
          'content-type': 'application/json',
          'idempotency-key': write.idempotencyKey,
          ...(write.traceparent === null ? {} : { traceparent: write.traceparent }),
        },
        body: JSON.stringify({ fields: write.fields }),
      });
      return crmAnswer(answer.statusCode, await readStart(answer.body));
    } catch {
      return { kind: 'unavailable', status: null };
    }
  }

  async close(): Promise<void> {
    await this.#agent.close();
  }
}

/** Reads a status and the start of a body. */
export function crmAnswer(status: number, body: string): CrmAnswer {
  if (status >= 200 && status < 300) return { kind: 'written', status };
  // 409 is the draft's answer to a key whose first request is still being processed, 425 and 429 ask for patience.
  if (status >= 500 || status === 408 || status === 409 || status === 425 || status === 429)
    return { kind: 'unavailable', status };
  if (status === 401) return { kind: 'unauthorised', status };
  if (status === 404 || status === 410) return { kind: 'not-found', status };
  return { kind: 'refused', status, code: problemCode(body) };
}

function problemCode(body: string): string | null {
  try {
    return ProblemCode.safeParse(JSON.parse(body)).data?.code ?? null;
  } catch {
    return null;
  }
}

async function readStart(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > MOST_READ) break;
  }
  return Buffer.concat(chunks).toString('utf8');
}
