import { createPrivateKey, randomUUID, sign, type KeyObject } from 'node:crypto';
import { BailiwickError } from '@bailiwick/platform';
import { request, type Dispatcher } from 'undici';
import { z } from 'zod';
import type { SalesforceSession } from './session.js';

/** Salesforce takes three minutes at most. */
const ASSERTION_SECONDS = 120;
const TIMEOUT_MS = 10_000;

/** How an integration user of an org logs in. */
export const SalesforceLogin = z.strictObject({
  /** For example `https://login.salesforce.com/services/oauth2/token`. */
  tokenEndpoint: z.url({ protocol: /^https$/ }),
  /** `aud` of the assertion, for example `https://login.salesforce.com`. */
  audience: z.url(),
  /** Consumer key of the connected app. */
  clientId: z.string().min(1).max(200),
  /** The integration user for which the app is approved. */
  user: z.string().min(1).max(200),
});
export type SalesforceLogin = z.infer<typeof SalesforceLogin>;

/** `id` is the identity URL, which ends with the org's id and the user's. */
const Granted = z.object({
  access_token: z.string().min(1).max(8192),
  instance_url: z.url({ protocol: /^https$/ }),
  id: z.string().regex(/\/id\/[A-Za-z0-9-]{1,40}\/[^/]{1,100}$/),
});

/** Reads an RSA private key, as PEM or as a JWK: connected apps take RS256 only. */
export function readAssertionKey(text: string): KeyObject {
  const key = text.startsWith('{')
    ? createPrivateKey({ key: z.looseObject({}).parse(JSON.parse(text)), format: 'jwk' })
    : createPrivateKey(text);
  if (key.asymmetricKeyType !== 'rsa') throw new BailiwickError('config-invalid', 'not an RSA key');
  return key;
}

/**
 * Logs in by a signed assertion instead of a password (RFC 7523). Throws `crm-unavailable`, or `crm-login-refused` when the org does
 * not want it; of what it says nothing is kept, since it may name the user.
 */
export async function logIn(
  { tokenEndpoint, audience, clientId, user }: SalesforceLogin,
  key: KeyObject,
  dispatcher: Dispatcher,
): Promise<SalesforceSession> {
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: clientId, sub: user, aud: audience, exp: now + ASSERTION_SECONDS, jti: randomUUID() };
  const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');
  const signed = `${encode({ alg: 'RS256', typ: 'JWT' })}.${encode(claims)}`;
  const assertion = `${signed}.${sign('RSA-SHA256', Buffer.from(signed), key).toString('base64url')}`;
  const answer = await request(tokenEndpoint, {
    method: 'POST',
    dispatcher,
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    body: new URLSearchParams({
      grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      assertion,
    }).toString(),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch((cause: unknown) => Promise.reject(unavailable(cause)));
  const body: unknown = await answer.body.json().catch(() => null);
  const { statusCode } = answer;
  if (statusCode >= 500 || statusCode === 408 || statusCode === 429) throw unavailable();
  const granted = Granted.safeParse(body).data;
  if (statusCode !== 200 || !granted)
    throw new BailiwickError('crm-login-refused', `the CRM refuses the login (HTTP ${statusCode})`);
  const orgId = granted.id.split('/').at(-2) ?? '';
  return { accessToken: granted.access_token, instanceUrl: granted.instance_url, orgId };
}

const unavailable = (cause?: unknown): BailiwickError =>
  new BailiwickError('crm-unavailable', 'the login of the CRM does not answer', { cause });
