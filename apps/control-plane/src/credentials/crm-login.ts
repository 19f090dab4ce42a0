import { randomUUID } from 'node:crypto';
import { BailiwickError } from '@bailiwick/platform';
import { SignJWT, type CryptoKey } from 'jose';
import { z } from 'zod';
import type { ConnectionTerms } from '../terms/connection-terms.js';

const GRANT = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
/** Salesforce takes three minutes at most. */
const ASSERTION_SECONDS = 120;
const TIMEOUT_MS = 8000;

const Granted = z.object({
  access_token: z.string().min(8).max(8192),
  instance_url: z.url({ protocol: /^https$/ }).optional(),
  expires_in: z.number().positive().optional(),
});
/** Of a refusal only the code is kept: its sentence may name the user. */
const Refused = z.object({ error: z.string().regex(/^[a-z_]{1,60}$/) });

/** A CRM's own access token, as it was granted. */
export interface CrmGrant {
  readonly accessToken: string;
  /** Where the CRM wants to be called, when it says so. */
  readonly instanceUrl: string | null;
  /** How long it holds, in seconds; null when the CRM does not say. */
  readonly seconds: number | null;
}

/**
 * Logs in to a CRM by a signed JWT (RFC 7523). Throws `crm-login-refused` when the CRM wants it not, and `crm-unavailable`
 * when it cannot be asked now.
 */
export async function logIn(
  { tokenEndpoint, clientId, audience, user }: ConnectionTerms,
  { kid, key }: { readonly kid: string; readonly key: CryptoKey },
): Promise<CrmGrant> {
  const assertion = await new SignJWT()
    .setProtectedHeader({ alg: 'RS256', kid, typ: 'JWT' })
    .setIssuer(clientId)
    .setSubject(user)
    .setAudience(audience)
    .setJti(randomUUID())
    .setIssuedAt()
    .setExpirationTime(`${ASSERTION_SECONDS}s`)
    .sign(key);
  const { status, body } = await post(tokenEndpoint, { grant_type: GRANT, assertion });
  if (status !== 200) {
    const why = Refused.safeParse(body).data?.error ?? 'no reason given';
    throw new BailiwickError('crm-login-refused', `the CRM refuses the login (HTTP ${status}, ${why})`);
  }
  const granted = Granted.safeParse(body).data;
  if (!granted) throw new BailiwickError('crm-login-refused', 'the CRM answered a login without a token');
  const { access_token: accessToken, instance_url: instanceUrl, expires_in: seconds } = granted;
  return { accessToken, instanceUrl: instanceUrl ?? null, seconds: seconds ?? null };
}

/** Ends an access token at the CRM (RFC 7009). One that the CRM does not know any more has ended. Throws `crm-unavailable`. */
export async function logOut(revocationEndpoint: string, accessToken: string): Promise<void> {
  await post(revocationEndpoint, { token: accessToken });
}

async function post(
  url: string,
  form: Readonly<Record<string, string>>,
): Promise<{ readonly status: number; readonly body: unknown }> {
  const unavailable = (cause?: unknown): BailiwickError =>
    new BailiwickError('crm-unavailable', 'the login of the CRM does not answer', { cause });
  const answer = await fetch(url, {
    method: 'POST',
    headers: { accept: 'application/json' },
    body: new URLSearchParams(form),
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch((cause: unknown) => Promise.reject(unavailable(cause)));
  const { status } = answer;
  const text = await answer.text().catch((cause: unknown) => Promise.reject(unavailable(cause)));
  if (status >= 500 || status === 408 || status === 429) throw unavailable();
  return { status, body: parsed(text) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
