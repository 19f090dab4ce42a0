import { readFileSync } from 'node:fs';
import { getCACertificates } from 'node:tls';
import { BailiwickError } from '@bailiwick/platform';
import { Agent, request, type Dispatcher } from 'undici';
import { z } from 'zod';

/** Where the rows of one table are read again, and as whom. */
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
  /** Client credentials of an application user that may read the table. */
  login: z.strictObject({
    /** For example `https://login.microsoftonline.com/<tenant>/oauth2/v2.0/token`. */
    tokenEndpoint: z.url({ protocol: /^https$/ }),
    clientId: z.string().min(1).max(200),
    /** File of the client secret, read at every login. */
    secretFile: z.string().min(1),
  }),
  /** PEM file of an authority to trust beside the public ones. */
  caFile: z.string().optional(),
});
export type DataverseRowsAt = z.infer<typeof DataverseRowsAt>;

/** Longest time of one request. Dataverse waits 60 seconds for the answer to a delivery. */
const TIMEOUT_MS = 15_000;
/** No row has more, in bytes; a record that is larger has no way in. */
const MOST_READ = 6 * 1024 * 1024;
/** A token is not used any more so long before it ends, in milliseconds. */
const EARLY_MS = 60_000;

const Granted = z.object({
  access_token: z.string().min(1).max(16_384),
  expires_in: z.coerce.number().min(0),
});
const Row = z.record(z.string(), z.unknown());
const LOGICAL_NAME = '@Microsoft.Dynamics.CRM.lookuplogicalname';

/** Reads rows of one table by the Web API, for deliveries that came without theirs. */
export class DataverseRows {
  readonly #agent: Agent;
  #token: Promise<string> | null = null;
  /** When the token is not used any more, in milliseconds. */
  #until = 0;

  constructor(private readonly at: DataverseRowsAt) {
    const ca = at.caFile === undefined ? [] : [readFileSync(at.caFile, 'utf8')];
    this.#agent = new Agent({ connect: { ca: [...getCACertificates('default'), ...ca] }, connections: 8 });
  }

  /**
   * The columns of a row as an execution context names them; null when there is no such row. Throws `crm-unavailable`, or
   * `crm-login-refused` and `crm-refused` when nothing will be had. Of what the CRM says in an error nothing is kept.
   */
  async read(id: string): Promise<Readonly<Record<string, unknown>> | null> {
    const { url, entitySet, apiVersion } = this.at;
    const address = `${url}/api/data/v${apiVersion}/${entitySet}(${encodeURIComponent(id)})`;
    let answer = await this.#get(address);
    // A token may have been revoked before its time.
    if (answer.status === 401) {
      this.#token = null;
      answer = await this.#get(address);
    }
    const { status, body } = answer;
    if (status === 404) return null;
    if (status === 401) throw new BailiwickError('crm-login-refused', 'the CRM does not take its own token');
    const row = Row.safeParse(body);
    if (status === 200 && row.success) return columnsOf(row.data);
    if (status >= 500 || status === 408 || status === 429) throw unavailable();
    throw new BailiwickError('crm-refused', `the CRM refuses the row (HTTP ${status})`);
  }

  async #get(address: string): Promise<{ readonly status: number; readonly body: unknown }> {
    const token = await this.#current();
    return send(address, {
      method: 'GET',
      dispatcher: this.#agent,
      headers: {
        authorization: `Bearer ${token}`,
        accept: 'application/json',
        'odata-version': '4.0',
        prefer: `odata.include-annotations="${LOGICAL_NAME.slice(1)}"`,
      },
    });
  }

  /** Those who ask at once share one login. */
  #current(): Promise<string> {
    if (this.#token === null || this.#until <= Date.now()) {
      this.#until = Number.POSITIVE_INFINITY;
      this.#token = this.#logIn().catch((thrown: unknown) => {
        this.#token = null;
        throw thrown;
      });
    }
    return this.#token;
  }

  async #logIn(): Promise<string> {
    const { url, login } = this.at;
    const { status, body } = await send(login.tokenEndpoint, {
      method: 'POST',
      dispatcher: this.#agent,
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: login.clientId,
        client_secret: readFileSync(login.secretFile, 'utf8').trim(),
        scope: `${url}/.default`,
      }).toString(),
    });
    if (status >= 500 || status === 408 || status === 429) throw unavailable();
    const granted = Granted.safeParse(body);
    if (status !== 200 || !granted.success)
      throw new BailiwickError('crm-login-refused', `the CRM refuses the login (HTTP ${status})`);
    const { access_token: value, expires_in: seconds } = granted.data;
    this.#until = Date.now() + seconds * 1000 - EARLY_MS;
    return value;
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
