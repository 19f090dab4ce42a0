import { createHash, createPublicKey, randomBytes, timingSafeEqual, X509Certificate } from 'node:crypto';
import { decodeProtectedHeader, jwtVerify } from 'jose';
import { z } from 'zod';
import type { LoginAnswer } from './crm-login.js';
import type { CrmStore } from './crm-store.js';

const App = z.strictObject({ tenant: z.string(), clientId: z.string() });

/** An app of a tenant's account with a vendor whose logins are none by signed user assertions. Of secrets it knows SHA-256 digests, base64url. */
export const VendorApp = z.discriminatedUnion('kind', [
  /** An app registration in Microsoft Entra. `certificate` is what it knows, DER in base64. */
  App.extend({ kind: z.literal('dataverse'), directory: z.guid(), certificate: z.base64() }),
  /** An app that is installed in a HubSpot account. */
  App.extend({ kind: z.literal('hubspot'), clientSecretDigest: z.string(), refreshTokenDigest: z.string() }),
  /** A confidential OAuth client of a Zendesk account. */
  App.extend({ kind: z.literal('zendesk'), clientSecretDigest: z.string() }),
]);
export type VendorApp = z.infer<typeof VendorApp>;
type OfKind<K extends VendorApp['kind']> = Extract<VendorApp, { kind: K }>;

/** One request to a login. */
export interface LoginRequest {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: string;
}

const ENTRA = /^\/([\da-f-]{36})\/oauth2\/v2\.0\/token$/;
const HUBSPOT = /^\/oauth\/(?:v3|20\d\d-\d\d)\/token$/;
const SECONDS = { dataverse: 3599, hubspot: 1800 };
/** Lives of tokens between which Zendesk lets its clients choose, in seconds. */
const ZENDESK_LIVES = z.int().gt(300).lt(172_800);
const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const ZendeskAsks = z.object({
  grant_type: z.literal('client_credentials'),
  client_id: z.string(),
  client_secret: z.string(),
  scope: z.string(),
  expires_in: ZENDESK_LIVES.optional(),
});

const entraRefuses = (status: number, error: string, code: number): LoginAnswer => [
  status,
  { error, error_description: `AADSTS${code}: refused.`, error_codes: [code], correlation_id: 'sample' },
];

/** The token endpoints of other vendors, as the sample CRM speaks them. Tokens say nothing, and only their digests are kept. */
export class VendorLogin {
  constructor(
    private readonly apps: readonly VendorApp[],
    private readonly store: CrmStore,
    /** Address of this CRM, which is what Entra's apps must name as the environment and the token endpoint. */
    private readonly url: string,
  ) {}

  /** Null for what is no request to a login. */
  async answer(request: LoginRequest): Promise<LoginAnswer | null> {
    const { method, path, body } = request;
    if (method === 'DELETE' && path === '/api/v2/oauth/tokens/current.json') return this.#end(request);
    if (method !== 'POST') return null;
    const directory = ENTRA.exec(path)?.[1];
    if (directory !== undefined) return this.#entra(directory, path, new URLSearchParams(body));
    if (HUBSPOT.test(path)) return this.#hubSpot(new URLSearchParams(body));
    return path === '/oauth/tokens' ? this.#zendesk(body) : null;
  }

  async #entra(directory: string, path: string, form: URLSearchParams): Promise<LoginAnswer> {
    const app = this.#app('dataverse', form.get('client_id'));
    if (!app || app.directory !== directory) return entraRefuses(400, 'unauthorized_client', 700_016);
    if (form.get('grant_type') !== 'client_credentials')
      return entraRefuses(400, 'unsupported_grant_type', 70_003);
    if (form.get('scope') !== `${this.url}/.default`) return entraRefuses(400, 'invalid_resource', 500_011);
    const assertion = form.get('client_assertion') ?? '';
    const known = new X509Certificate(Buffer.from(app.certificate, 'base64'));
    if (
      form.get('client_assertion_type') !== ASSERTION_TYPE ||
      thumbprintIn(assertion) !== digest256(known.raw)
    )
      return entraRefuses(401, 'invalid_client', 700_027);
    const failed = await jwtVerify(
      assertion,
      createPublicKey(known.publicKey.export({ format: 'pem', type: 'spki' })),
      {
        algorithms: ['PS256'],
        issuer: app.clientId,
        subject: app.clientId,
        audience: `${this.url}${path}`,
        requiredClaims: ['jti', 'exp', 'nbf'],
      },
    ).then(
      () => null,
      (thrown: { code?: string; claim?: string }) =>
        thrown.code === 'ERR_JWT_EXPIRED' || thrown.claim === 'nbf' ? 700_024 : 700_027,
    );
    if (failed !== null) return entraRefuses(401, 'invalid_client', failed);
    return this.#granted(app, SECONDS.dataverse, { ext_expires_in: SECONDS.dataverse });
  }

  #hubSpot(form: URLSearchParams): LoginAnswer {
    const refuse = (error: string): LoginAnswer => [
      400,
      { error, error_description: 'refused', correlationId: '1' },
    ];
    const app = this.#app('hubspot', form.get('client_id'));
    if (form.get('grant_type') !== 'refresh_token') return refuse('unsupported_grant_type');
    if (!app || !same(form.get('client_secret'), app.clientSecretDigest)) return refuse('invalid_client');
    const refreshToken = form.get('refresh_token');
    if (!same(refreshToken, app.refreshTokenDigest)) return refuse('invalid_grant');
    return this.#granted(app, SECONDS.hubspot, { refresh_token: refreshToken });
  }

  #zendesk(body: string): LoginAnswer {
    const asked = ZendeskAsks.safeParse(parsed(body)).data;
    if (!asked) return [400, { error: 'invalid_request', error_description: 'refused' }];
    const app = this.#app('zendesk', asked.client_id);
    if (!app || !same(asked.client_secret, app.clientSecretDigest))
      return [401, { error: 'invalid_client', error_description: 'refused' }];
    const { scope, expires_in: seconds } = asked;
    return this.#granted(app, seconds ?? 172_800, {
      scope,
      ...(seconds === undefined && { expires_in: null }),
    });
  }

  #end({ authorization }: LoginRequest): LoginAnswer {
    const token = /^Bearer (\S+)$/i.exec(authorization ?? '')?.[1] ?? '';
    return this.store.endSession(digest256(token))
      ? [204, null]
      : [401, { error: "Couldn't authenticate you" }];
  }

  #granted({ kind, tenant }: VendorApp, seconds: number, more: object): LoginAnswer {
    const token = `${kind}!${randomBytes(40).toString('base64url')}`;
    this.store.openSession(digest256(token), tenant, Date.now() + seconds * 1000);
    return [200, { access_token: token, token_type: 'bearer', expires_in: seconds, ...more }];
  }

  #app<K extends VendorApp['kind']>(kind: K, clientId: string | null): OfKind<K> | undefined {
    return this.apps.find((app): app is OfKind<K> => app.kind === kind && app.clientId === clientId);
  }
}

/** SHA-256, base64url. */
export const digest256 = (of: string | Buffer): string => createHash('sha256').update(of).digest('base64url');

const same = (given: string | null, digest: string): boolean => {
  const [one, other] = [digest256(given ?? ''), digest].map((text) => Buffer.from(text));
  return (
    one !== undefined && other !== undefined && one.length === other.length && timingSafeEqual(one, other)
  );
};

function thumbprintIn(assertion: string): unknown {
  try {
    return decodeProtectedHeader(assertion)['x5t#S256'];
  } catch {
    return undefined;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
