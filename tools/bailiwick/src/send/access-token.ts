import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { SignJWT, importJWK } from 'jose';
import { z } from 'zod';
import { CliError, EXIT } from '../exit-code.js';
import type { Stack, StackTenant } from '../stack/stack-file.js';

const ClientKey = z.looseObject({ kty: z.string(), kid: z.string() });
const Token = z.object({ access_token: z.string() });

/** Gets an access token for a tenant and one purpose by `client_credentials` with `private_key_jwt` (RFC 7523). */
export async function accessToken(
  { identityProvider: { issuer, audience } }: Pick<Stack, 'identityProvider'>,
  { clientId, keyFile }: Pick<StackTenant, 'clientId' | 'keyFile'>,
  scope: string,
): Promise<string> {
  const jwk = ClientKey.parse(JSON.parse(readFileSync(keyFile, 'utf8')));
  const assertion = await new SignJWT()
    .setProtectedHeader({ alg: 'EdDSA', kid: jwk.kid })
    .setIssuer(clientId)
    .setSubject(clientId)
    .setAudience(issuer)
    .setJti(randomUUID())
    .setIssuedAt()
    .setExpirationTime('60s')
    .sign(await importJWK(jwk, 'EdDSA'));
  const answer = await fetch(`${issuer}/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: assertion,
      resource: audience,
      scope,
    }),
    signal: AbortSignal.timeout(10_000),
  }).catch(() => {
    throw new CliError(EXIT.unavailable, `the identity provider does not answer (${issuer})`);
  });
  const token = Token.safeParse(await answer.json().catch(() => null));
  if (answer.ok && token.success) return token.data.access_token;
  throw new CliError(
    EXIT.no,
    `the identity provider refused ${clientId} the scope ${scope} (HTTP ${answer.status})`,
  );
}
