import { randomUUID } from 'node:crypto';
import { SignJWT, importJWK } from 'jose';
import type { DataverseTerms } from '../../terms/connection-terms.js';
import { thumbprint, type CertifiedKey } from '../crm-secret.js';
import { requestToken, type CrmGrant } from './token-request.js';

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const ASSERTION_SECONDS = 300;
/** Entra refuses an assertion that begins later than its clock says: ours may run ahead by so much. */
const EARLIER_SECONDS = 60;

/** https://learn.microsoft.com/entra/identity-platform/reference-error-codes */
const MEANS = {
  AADSTS700016: 'the directory has no app of this client id',
  AADSTS700024: 'the assertion is not valid at this time: compare the clocks',
  AADSTS700027:
    'the app registration does not know the certificate, or it is over: upload that of the key in use',
  AADSTS500011: 'the directory knows no environment of this address, which is the audience',
  AADSTS7000112: 'the app is disabled in the directory',
} as const;

/**
 * Logs in to Microsoft Entra as an app, by a JWT signed with the key of a certificate that its registration knows
 * (client credentials, `private_key_jwt`). Entra has no way to end such a token: it holds for about an hour.
 */
export async function logInToEntra(
  { tokenEndpoint, clientId, audience }: DataverseTerms,
  { x5c: [certificate], ...key }: CertifiedKey,
): Promise<CrmGrant> {
  const now = Math.floor(Date.now() / 1000);
  const assertion = await new SignJWT()
    .setProtectedHeader({ alg: 'PS256', typ: 'JWT', 'x5t#S256': thumbprint(certificate) })
    .setIssuer(clientId)
    .setSubject(clientId)
    .setAudience(tokenEndpoint)
    .setJti(randomUUID())
    .setIssuedAt(now)
    .setNotBefore(now - EARLIER_SECONDS)
    .setExpirationTime(now + ASSERTION_SECONDS)
    .sign(await importJWK(key, 'PS256'));
  const granted = await requestToken({
    url: tokenEndpoint,
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: clientId,
      scope: `${audience}/.default`,
      client_assertion_type: ASSERTION_TYPE,
      client_assertion: assertion,
    }),
    means: MEANS,
  });
  const { access_token: accessToken, expires_in: seconds } = granted;
  return { accessToken, instanceUrl: audience, account: null, seconds: seconds ?? null };
}
