import { readFileSync } from 'node:fs';
import { getCACertificates } from 'node:tls';
import { BailiwickError } from '@bailiwick/platform';
import { Agent, request, type Dispatcher } from 'undici';
import { z } from 'zod';
import type { Lease } from '../credential-service.js';
import { keptSession, usedUntil, type Sessions } from '../kept-session.js';

/** Where the rows of one table are read again, and through which connection. */
export const DataverseRowsAt = z.strictObject({
  /** Base address of the environment, for example `https://acme.crm4.dynamics.com`. */
  url: z.url({ protocol: /^https$/ }).transform((url) => url.replace(/\/+$/, '')),
  /** The table as the Web API calls it, for example `incidents`. */
  entitySet: z.string().regex(/^[A-Za-z][A-Za-z0-9_]{0,127}$/),
  /** Version of the Web API. */
  apiVersion: z
    .string()
    .regex(/^9\.\d$/)
    .default('9.2'),
  /** Connection of the tenant through which they are read; its terms name the object in `reads`. */
  connection: z.string().regex(/^[a-z][a-z0-9-]{1,60}$/),
  /** PEM file of an authority to trust beside the public ones. */
  caFile: z.string().optional(),
});
export type DataverseRowsAt = z.infer<typeof DataverseRowsAt>;

/** Longest time of one request. Dataverse waits 60 seconds for the answer to a delivery. */
const TIMEOUT_MS = 15_000;
/** No row has more, in bytes; a record that is larger has no way in. */
const MOST_READ = 6 * 1024 * 1024;
const Row = z.record(z.string(), z.unknown());
const LOGICAL_NAME = '@Microsoft.Dynamics.CRM.lookuplogicalname';

/** A credential on loan, and until when it is used. */
interface Session extends Pick<Lease, 'credential'> {
  readonly until: number;
}

/** Reads rows of one table by the Web API, for deliveries that came without theirs. */
export class DataverseRows {
  readonly #agent: Agent;
  readonly #sessions: Sessions<Session>;

  constructor(
    private readonly at: DataverseRowsAt,
    borrow: () => Promise<Lease>,
  ) {
    const ca = at.caFile === undefined ? [] : [readFileSync(at.caFile, 'utf8')];
    this.#agent = new Agent({ connect: { ca: [...getCACertificates('default'), ...ca] }, connections: 8 });
    this.#sessions = keptSession(async () => {
      const asked = Date.now();
      const { credential, lifetimeMs } = await borrow();
      return { credential, until: usedUntil(asked, lifetimeMs) };
    });
  }

  /**
   * The columns of a row as an execution context names them; null when there is no such row. Throws `crm-unavailable`, what borrowing
   * throws, or `crm-login-refused` and `crm-refused` when nothing will be had. Of what the CRM says in an error nothing is kept.
   */
  async read(id: string): Promise<Readonly<Record<string, unknown>> | null> {
    const { url, entitySet, apiVersion } = this.at;
    const address = `${url}/api/data/v${apiVersion}/${entitySet}(${encodeURIComponent(id)})`;
    const session = await this.#sessions.current();
    let answer = await this.#get(address, session);
    // A token may have been revoked before its time.
    if (answer.status === 401) {
      this.#sessions.refused(session);
      answer = await this.#get(address, await this.#sessions.current());
    }
    const { status, body } = answer;
    if (status === 404) return null;
    if (status === 401) throw new BailiwickError('crm-login-refused', 'the CRM does not take its own token');
    const row = Row.safeParse(body);
    if (status === 200 && row.success) return columnsOf(row.data);
    if (status >= 500 || status === 408 || status === 429) throw unavailable();
    throw new BailiwickError('crm-refused', `the CRM refuses the row (HTTP ${status})`);
  }

  #get(
    address: string,
    { credential }: Session,
  ): Promise<{ readonly status: number; readonly body: unknown }> {
    return send(address, {
      method: 'GET',
      dispatcher: this.#agent,
      headers: {
        authorization: `Bearer ${credential.reveal()}`,
        accept: 'application/json',
        'odata-version': '4.0',
        prefer: `odata.include-annotations="${LOGICAL_NAME.slice(1)}"`,
      },
    });
  }
}

type Sent = Exclude<Parameters<typeof request>[1], undefined> & { readonly dispatcher: Dispatcher };

async function send(
  url: string,
  options: Sent,
): Promise<{ readonly status: number; readonly body: unknown }> {
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const { statusCode: status, body } = await request(url, { ...options, signal });
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of body as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      length += chunk.length;
      if (length > MOST_READ)
        throw new BailiwickError('record-too-large', 'the row is larger than any way in takes');
    }
    return { status, body: parsed(Buffer.concat(chunks).toString('utf8')) };
  } catch (thrown) {
    throw thrown instanceof BailiwickError ? thrown : unavailable(thrown);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const unavailable = (cause?: unknown): BailiwickError =>
  new BailiwickError('crm-unavailable', 'the CRM does not give the row now', { cause });

/** Names a lookup `ownerid` and not `_ownerid_value`, as an execution context does, and leaves out what is no column. */
function columnsOf(row: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const columns = Object.entries(row).filter(([name]) => !name.includes('@'));
  return Object.fromEntries(
    columns.map(([name, value]) => {
      const lookup = /^_(.+)_value$/.exec(name)?.[1];
      if (lookup === undefined) return [name, value];
      return [
        lookup,
        value === null ? null : { Id: value, LogicalName: row[`${name}${LOGICAL_NAME}`] ?? null },
      ];
    }),
  );
}
