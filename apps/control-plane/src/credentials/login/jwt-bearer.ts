import { randomUUID } from 'node:crypto';
import { SignJWT, importJWK } from 'jose';
import { z } from 'zod';
import type { GenericHttpTerms, SalesforceTerms } from '../../terms/connection-terms.js';
import type { CrmKey } from '../crm-secret.js';
import { endToken, requestToken, type CrmGrant } from './token-request.js';

const GRANT = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
/** Salesforce takes three minutes at most. */
const ASSERTION_SECONDS = 120;

/** `id` is Salesforce's identity URL, which ends with the org's id and the user's. */
const Extra = z.object({
  instance_url: z
    .url({ protocol: /^https$/ })
    .nullish()
    .catch(null),
  id: z
    .string()
    .regex(/\/id\/[A-Za-z0-9-]{1,40}\/[^/]{1,100}$/)
    .nullish()
    .catch(null),
});

/** Logs in by a signed JWT instead of a password (RFC 7523), as Salesforce's connected apps do. */
export async function logInByJwt(
  { tokenEndpoint, clientId, audience, user }: SalesforceTerms | GenericHttpTerms,
  { x5c: _certificate, ...key }: CrmKey,
  kid: string,
): Promise<CrmGrant> {
  const assertion = await new SignJWT()
    .setProtectedHeader({ alg: 'RS256', kid, typ: 'JWT' })
    .setIssuer(clientId)
    .setSubject(user)
    .setAudience(audience)
    .setJti(randomUUID())
    .setIssuedAt()
    .setExpirationTime(`${ASSERTION_SECONDS}s`)
    .sign(await importJWK(key, 'RS256'));
  const granted = await requestToken({
    url: tokenEndpoint,
    body: new URLSearchParams({ grant_type: GRANT, assertion }),
  });
  const { instance_url: instanceUrl, id } = Extra.parse(granted);
  return {
    accessToken: granted.access_token,
    instanceUrl: instanceUrl ?? null,
    account: id?.split('/').at(-2) ?? null,
    seconds: granted.expires_in ?? null,
  };
}

/** Ends an access token (RFC 7009). */
export const endByRevocation = (endpoint: string, token: string): Promise<void> =>
  endToken(endpoint, { method: 'POST', body: new URLSearchParams({ token }) });
