import { getCACertificates } from 'node:tls';
import { Agent, request } from 'undici';
import type { CrmWrite } from './crm-writer.js';
import { retryAfterMs } from './retry-after.js';

/** What is read of an answer at most, in bytes. */
const MOST_READ = 1024 * 1024;

/** One request to a CRM. */
export interface HttpRequest {
  readonly method: 'GET' | 'PATCH' | 'POST' | 'PUT';
  /** Below the base address, with its query. Parts of it are escaped by `pathOf`. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
}

/** What came back. */
export interface HttpAnswer {
  readonly status: number;
  /** `Retry-After` in milliseconds from now, or null. */
  readonly retryAfterMs: number | null;
  readonly header: (name: string) => string | null;
  /** The parsed JSON; undefined when it is none, or longer than anybody would send. */
  readonly body: unknown;
}

/** The HTTP side of a connection: one base address, no certificate of ours, no redirects. */
export class CrmHttp {
  readonly #base: string;
  readonly #timeoutMs: number;
  readonly #agent: Agent;

  /** Trusts public authorities and this one (PEM). */
  constructor({ url, timeoutMs }: { readonly url: string; readonly timeoutMs: number }, authority: string) {
    this.#base = url.replace(/\/+$/, '');
    this.#timeoutMs = timeoutMs;
    const ca = [...getCACertificates('default'), authority];
    this.#agent = new Agent({ connect: { ca, timeout: timeoutMs }, connections: 16, allowH2: false });
  }

  /** Sends with the credential of a write; null when nothing came back. */
  async send(
    { method, path, headers, body }: HttpRequest,
    { credential, signal }: Pick<CrmWrite, 'credential' | 'signal'>,
  ): Promise<HttpAnswer | null> {
    try {
      const answer = await request(`${this.#base}${path}`, {
        method,
        dispatcher: this.#agent,
        signal: AbortSignal.any([signal, AbortSignal.timeout(this.#timeoutMs)]),
        headers: {
          authorization: `Bearer ${credential.reveal()}`,
          accept: 'application/json',
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const header = (name: string): string | null => {
        const value = answer.headers[name];
        return typeof value === 'string' ? value : null;
      };
      return {
        status: answer.statusCode,
        retryAfterMs: retryAfterMs(header('retry-after'), Date.now()),
        header,
        body: parsed(await readStart(answer.body)),
      };
    } catch {
      return null;
    }
  }

  async close(): Promise<void> {
    await this.#agent.close();
  }
}

/** A path of escaped parts; null when a part would lead elsewhere, which no escaping prevents. */
export function pathOf(...parts: readonly string[]): string | null {
  if (parts.some((part) => part === '' || part === '.' || part === '..' || !part.isWellFormed())) return null;
  return `/${parts.map(encodeURIComponent).join('/')}`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
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
