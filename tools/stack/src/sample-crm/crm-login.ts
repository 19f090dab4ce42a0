import { createHash, randomBytes } from 'node:crypto';
import { decodeJwt, importJWK, jwtVerify } from 'jose';
import { z } from 'zod';
import type { CrmStore } from './crm-store.js';

const GRANT = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
/** An assertion may end this long from now at most, in seconds. */
const LONGEST_ASSERTION_S = 180;
/** How long an access token holds when nobody ends it: the shortest session that an organisation can choose. */
const SESSION_MS = 15 * 60_000;

/** A connected app of one tenant's organisation, with the user for which it is approved. */
export const ConnectedApp = z.strictObject({
  tenant: z.string(),
  clientId: z.string(),
  user: z.string(),
  publicKey: z.strictObject({ kty: z.literal('RSA'), n: z.string(), e: z.string(), kid: z.string() }),
});
export type ConnectedApp = z.infer<typeof ConnectedApp>;

/** Status and JSON of an answer; null where there is no body. */
export type LoginAnswer = readonly [status: number, body: object | null];

const refuse = (error: string, description: string): LoginAnswer => [
  400,
  { error, error_description: description },
];

/**
 * The OAuth endpoints of the sample CRM, in the words of Salesforce: the JWT bearer flow and the revocation of tokens. Its
 * tokens are texts that say nothing, and only their digests are kept.
 */
export class CrmLogin {
  constructor(
    private readonly apps: readonly ConnectedApp[],
    private readonly store: CrmStore,
    /** Address of this CRM: `aud` of assertions, and where it is called. */
    private readonly url: string,
  ) {}

  /** `POST /services/oauth2/token`. */
  async token(form: URLSearchParams): Promise<LoginAnswer> {
    if (form.get('grant_type') !== GRANT) return refuse('unsupported_grant_type', 'grant type not supported');
    const assertion = form.get('assertion') ?? '';
    const app = this.apps.find(({ clientId }) => clientId === issuerOf(assertion));
    if (!app) return refuse('invalid_client_id', 'client identifier invalid');
    const claims = await jwtVerify(assertion, await importJWK(app.publicKey, 'RS256'), {
      algorithms: ['RS256'],
    }).then(
      ({ payload }) => payload,
      (thrown: { code?: string }) => (thrown.code === 'ERR_JWT_EXPIRED' ? 'expired' : null),
    );
    if (claims === 'expired') return refuse('invalid_grant', 'expired authorization code');
    if (!claims?.exp || claims.exp > Date.now() / 1000 + LONGEST_ASSERTION_S)
      return refuse('invalid_grant', 'invalid assertion');
    if (claims.aud !== this.url) return refuse('invalid_grant', 'audience is invalid');
    if (claims.sub !== app.user) return refuse('invalid_grant', "user hasn't approved this consumer");
    const token = `00D${app.tenant}!${randomBytes(48).toString('base64url')}`;
    this.store.openSession(digestOf(token), app.tenant, Date.now() + SESSION_MS);
    return [
      200,
      {
        access_token: token,
        scope: 'api',
        instance_url: this.url,
        id: `${this.url}/id/${app.tenant}/${app.user}`,
        token_type: 'Bearer',
      },
    ];
  }

  /** `POST /services/oauth2/revoke`. */
  revoke(form: URLSearchParams): LoginAnswer {
    return this.store.endSession(digestOf(form.get('token') ?? ''))
      ? [200, null]
      : refuse('invalid_token', 'invalid token');
  }

  /** Tenant of whose organisation an `authorization` header shows a live token; null for every other. */
  tenantOf(authorization: string | undefined): string | null {
    const token = /^Bearer (\S+)$/i.exec(authorization ?? '')?.[1];
    return token === undefined ? null : this.store.sessionOf(digestOf(token), Date.now());
  }
}

/** What the REST API of the vendor answers without a live token. */
export const INVALID_SESSION: LoginAnswer = [
  401,
  [{ message: 'Session expired or invalid', errorCode: 'INVALID_SESSION_ID' }],
];

const digestOf = (token: string): string => createHash('sha256').update(token).digest('base64url');

function issuerOf(assertion: string): string | undefined {
  try {
    return decodeJwt(assertion).iss;
  } catch {
    return undefined;
  }
}
