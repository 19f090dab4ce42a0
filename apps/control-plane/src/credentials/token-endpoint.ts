import { inTransaction, subjectDigest } from '@bailiwick/platform';
import { signedClaims, type ReceiptKey } from '@bailiwick/receipt';
import type pg from 'pg';
import { z } from 'zod';
import { audit } from '../audit/audit.js';
import { report } from '../audit/violation-report.js';
import { recordAttempt } from '../audit/foreign.js';
import type { Book } from '../book/book.js';
import type { Client } from './clients.js';
import { CredentialRequest, PULL, WRITE_BACK, judge, type Refusal } from './judge.js';
import { recordMint } from './mints.js';
import { OAuthError } from './oauth-error.js';
import { standingNow } from './standings.js';
import { TOKEN_SECONDS, type Confirmation, type Tokens } from './tokens.js';

export const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
export const CLIENT_CREDENTIALS = 'client_credentials';
/** By which grant each type of credential is asked for: there is no decision yet on what is to be read. */
const GRANTS: Readonly<Record<string, CredentialRequest['type']>> = {
  [TOKEN_EXCHANGE]: WRITE_BACK,
  [CLIENT_CREDENTIALS]: PULL,
};
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';
/** The subject of an exchange: the signed decision on the record whose answer is to be written. */
export const DECISION_RECEIPT = 'urn:bailiwick:token-type:decision-receipt';
const MINUTE_MS = 60_000;

const Form = z.looseObject({
  grant_type: z.string(),
  subject_token: z.string().max(8192).optional(),
  subject_token_type: z.string().optional(),
  requested_token_type: z.string().optional(),
  resource: z.string().optional(),
  authorization_details: z.string().max(4096).optional(),
});

/** What the endpoint works with. */
export interface TokenEndpointParts {
  readonly database: pg.Pool;
  readonly book: Book;
  readonly tokens: Tokens;
  /** Keys of the routers of all cells, whose decisions count. */
  readonly routers: readonly ReceiptKey[];
  /** Where tokens are good. */
  readonly resource: () => string;
  readonly now: () => number;
}

/** One exchange, by a client that proved itself and how the token is to be bound. */
export interface Exchange {
  readonly client: Client;
  readonly confirmation: Confirmation;
  readonly form: Readonly<Record<string, string>>;
}

/**
 * Gives tokens that are good for one lease: to write, for a decision receipt (token exchange, RFC 8693); to read, for who the client is
 * (client credentials, RFC 6749).
 */
export class TokenEndpoint {
  constructor(private readonly parts: TokenEndpointParts) {}

  /** The answer of RFC 8693 2.2.1; everything is recorded before it is given. Throws `OAuthError`. */
  async exchange({ client, confirmation, form }: Exchange): Promise<object> {
    const { database, tokens, book, routers, now } = this.parts;
    const request = this.#read(form);
    const receipt = request.type === PULL ? null : signedClaims(form['subject_token'] ?? '', routers);
    if (receipt === undefined) return this.#refuse(client, request, FORGED);
    const judgement = judge(request, { book, client, receipt, now: now() });
    if (judgement.kind === 'refuse') return this.#refuse(client, request, judgement);
    const name = { tenant: request.tenant, connection: judgement.connection };
    const { id, token } = await tokens.mint({
      client: client.id,
      subject: receipt?.event ?? client.id,
      request,
      confirmation,
    });
    await inTransaction(database, async (db) => {
      if ((await standingNow(db, name))?.revoked)
        throw new OAuthError(
          'invalid_authorization_details',
          `security has revoked the connection ${name.connection}`,
          'credential-revoked',
        );
      const { connection } = name;
      const event = receipt?.event ?? '';
      const minted = { id, request, connection, client: client.id, event, token: null };
      await recordMint(db, { ...minted, seconds: TOKEN_SECONDS });
    });
    return {
      access_token: token,
      issued_token_type: ACCESS_TOKEN,
      token_type: 'jkt' in confirmation ? 'DPoP' : 'Bearer',
      expires_in: TOKEN_SECONDS,
      authorization_details: [request],
    };
  }

  #read(form: Exchange['form']): CredentialRequest {
    const parsed = Form.safeParse(form);
    if (!parsed.success) throw new OAuthError('invalid_request', 'grant_type is missing');
    const { grant_type, subject_token_type, requested_token_type, resource, ...rest } = parsed.data;
    const type = Object.hasOwn(GRANTS, grant_type) ? GRANTS[grant_type] : undefined;
    if (type === undefined)
      throw new OAuthError('unsupported_grant_type', `the grants are ${Object.keys(GRANTS).join(' and ')}`);
    if (type === WRITE_BACK && subject_token_type !== DECISION_RECEIPT)
      throw new OAuthError('invalid_request', `subject_token_type must be ${DECISION_RECEIPT}`);
    if (requested_token_type !== undefined && requested_token_type !== ACCESS_TOKEN)
      throw new OAuthError('invalid_request', `requested_token_type can be ${ACCESS_TOKEN} only`);
    if (resource !== undefined && resource !== this.parts.resource())
      throw new OAuthError('invalid_request', `tokens are for ${this.parts.resource()} only`);
    const details = z.tuple([CredentialRequest]).safeParse(jsonIn(rest.authorization_details ?? '')).data;
    if (details?.[0].type !== type)
      throw new OAuthError(
        'invalid_authorization_details',
        `authorization_details must be one of type ${type} with tenant, cell, purpose, object${type === PULL ? ', connection' : ''}`,
      );
    return details[0];
  }

  /** Records the refusal, and as a violation what a cell should never have asked for. */
  async #refuse(
    client: Client,
    request: CredentialRequest,
    { code, detail, foreign }: Refusal,
  ): Promise<never> {
    const { database, book, now } = this.parts;
    const { tenant, purpose, object } = request;
    const home = book.profile(tenant)?.inForce.body?.homeRegion;
    await inTransaction(database, async (db) => {
      if (home === undefined) return;
      const target = `${purpose} ${object}`;
      await audit(db, { scope: tenant, subject: client.id, act: 'credential.refuse', target, detail });
      if (foreign)
        await recordAttempt(db, book, now(), { tenant, subject: client.id, where: 'POST /oauth2/token' });
      if (code === 'receipt-forged') {
        const minute = Math.floor(now() / MINUTE_MS);
        const id = `control-plane/${code}/${tenant}/${subjectDigest(client.id)}/${minute}`;
        await report(db, { id, regions: [home], tenant, code, detail });
      }
    });
    throw new OAuthError(
      code === 'receipt-forged' ? 'invalid_request' : 'invalid_authorization_details',
      detail,
      code,
    );
  }
}

const FORGED: Refusal = {
  kind: 'refuse',
  code: 'receipt-forged',
  detail: 'subject_token is no decision receipt that a router of the mesh signed',
  foreign: false,
};

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
