import { BailiwickError, ERROR_CODES, type ErrorCode } from '@bailiwick/platform';
import { Agent, request } from 'undici';
import { z } from 'zod';

const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const DECISION_RECEIPT = 'urn:bailiwick:token-type:decision-receipt';
const WRITE_BACK = 'urn:bailiwick:write-back';
const PULL = 'urn:bailiwick:pull';
/** Logging in to a CRM is part of it. */
const TIMEOUT_MS = 15_000;

const Code = z.enum(Object.keys(ERROR_CODES) as [ErrorCode, ...ErrorCode[]]);
/** Of the OAuth error and of problem details alike, as far as they are looked at. */
const Refusal = z.object({
  code: Code.catch('credential-refused'),
  error_description: z.string().optional(),
  detail: z.string().optional(),
});
const Token = z.object({ access_token: z.string().min(1), token_type: z.literal('Bearer') });
const Granted = z.object({
  lease: z.string().min(1),
  mintedAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  audience: z.string(),
  accessToken: z.string().min(1),
  instanceUrl: z.url({ protocol: /^https$/ }).nullable(),
  account: z.string().min(1).nullable(),
});

/** For what a credential is asked: one of each. */
export interface Loan {
  readonly tenant: string;
  /** Region of this cell. */
  readonly cell: string;
  readonly purpose: string;
  readonly object: string;
}

/** For what a credential is asked to read: through which connection, too. */
export interface ReadLoan extends Loan {
  readonly connection: string;
}

/** A CRM's credential on loan. */
export interface Lease {
  readonly id: string;
  /** Whom the credential is for. */
  readonly audience: string;
  /** Milliseconds since the epoch, by the clock of the control-plane. */
  readonly mintedAt: number;
  readonly lifetimeMs: number;
  /** Behind a function, so that no log and no dump shows it. */
  readonly credential: { readonly reveal: () => string };
  /** Where the CRM wants to be called, and its own id of the account, when it says so. */
  readonly instanceUrl: string | null;
  readonly account: string | null;
}

/** Borrows a credential to read an object through a connection, for a tenant and purpose that are settled. */
export type BorrowToRead = (what: Pick<ReadLoan, 'object' | 'connection'>) => Promise<Lease>;

/** Where leases come from. Both throw `credential-unavailable` when nobody answers, and the code of a refusal. */
export interface LeaseSource {
  /** To write an answer back, for the decision on its record. */
  readonly borrow: (loan: Loan, receipt: string) => Promise<Lease>;
  /** To read changes. */
  readonly borrowToRead: (loan: ReadLoan) => Promise<Lease>;
}

/**
 * The control-plane's credential service. The certificate of this service proves it and binds the token, which it gets for a
 * record's decision receipt (RFC 8693, RFC 8705), or to read for itself (RFC 6749 4.4), and gives for one lease.
 */
export class CredentialService implements LeaseSource {
  readonly #base: string;
  readonly #agent: Agent;

  constructor(url: string, tls: { readonly cert: string; readonly key: string; readonly ca: string }) {
    this.#base = url.replace(/\/+$/, '');
    this.#agent = new Agent({ connect: { ...tls, timeout: TIMEOUT_MS }, allowH2: false });
  }

  borrow(loan: Loan, receipt: string): Promise<Lease> {
    return this.#borrow({
      grant_type: TOKEN_EXCHANGE,
      subject_token: receipt,
      subject_token_type: DECISION_RECEIPT,
      authorization_details: JSON.stringify([{ type: WRITE_BACK, ...loan }]),
    });
  }

  borrowToRead(loan: ReadLoan): Promise<Lease> {
    return this.#borrow({
      grant_type: 'client_credentials',
      authorization_details: JSON.stringify([{ type: PULL, ...loan }]),
    });
  }

  async #borrow(form: Readonly<Record<string, string>>): Promise<Lease> {
    const type = 'application/x-www-form-urlencoded';
    const { access_token: token } = await this.#post(
      '/oauth2/token',
      Token,
      new URLSearchParams(form).toString(),
      { 'content-type': type },
    );
    const granted = await this.#post('/v1/leases', Granted, undefined, { authorization: `Bearer ${token}` });
    const { lease: id, audience, accessToken, instanceUrl, account } = granted;
    const mintedAt = Date.parse(granted.mintedAt);
    const lifetimeMs = Date.parse(granted.expiresAt) - mintedAt;
    const credential = { reveal: () => accessToken };
    return { id, audience, mintedAt, lifetimeMs, credential, instanceUrl, account };
  }

  async close(): Promise<void> {
    await this.#agent.close();
  }

  async #post<S extends z.ZodType>(
    path: string,
    schema: S,
    body: string | undefined,
    headers: Record<string, string>,
  ): Promise<z.output<S>> {
    const unavailable = (cause: unknown): BailiwickError =>
      new BailiwickError('credential-unavailable', 'the credential service does not answer', { cause });
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const options = { method: 'POST', dispatcher: this.#agent, headers, signal } as const;
    const answer = await request(`${this.#base}${path}`, { ...options, ...(body !== undefined && { body }) })
      .then(async ({ statusCode, body: read }) => ({ status: statusCode, json: parsed(await read.text()) }))
      .catch((cause: unknown) => Promise.reject(unavailable(cause)));
    if (answer.status >= 300) throw refusalOf(answer);
    const found = schema.safeParse(answer.json);
    if (!found.success) throw unavailable(found.error);
    return found.data;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A refusal in the control-plane's words; one that makes no sense is a service that does not work now. */
function refusalOf({ status, json }: { readonly status: number; readonly json: unknown }): BailiwickError {
  const refusal = Refusal.safeParse(json).data;
  if (!refusal || status >= 500)
    return new BailiwickError(
      'credential-unavailable',
      `the credential service cannot lend now (HTTP ${status})`,
    );
  const { code, error_description: description, detail } = refusal;
  return new BailiwickError(code, description ?? detail ?? 'the credential service refuses');
}
