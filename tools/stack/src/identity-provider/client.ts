import { randomUUID } from 'node:crypto';
import { SignJWT, importJWK } from 'jose';
import { request } from 'undici';
import { z } from 'zod';
import { readSigningKey } from '../parts/key-material.js';

/** Audience of the access tokens that ingest takes. */
export const INGEST_AUDIENCE = 'urn:bailiwick:ingest';

/** Audience of the access tokens that the control-plane takes. */
export const CONTROL_AUDIENCE = 'urn:bailiwick:control-plane';

/** Audience of the access tokens that lineage takes. */
export const LINEAGE_AUDIENCE = 'urn:bailiwick:lineage';

/** Every audience; the provider gives no token for another. */
export const AUDIENCES: readonly string[] = [INGEST_AUDIENCE, CONTROL_AUDIENCE, LINEAGE_AUDIENCE];

/** Scope of a token that reads the lineage of the tenant that it is bound to. */
export const READ_SCOPE = 'lineage:read';

/** Scope of a person's token: what the person may do is for the control-plane to know. */
export const PERSON_SCOPE = 'person';

/** Scope that binds a token to a tenant, and to a purpose. */
export const tenantScope = (tenant: string): string => `tenant:${tenant}`;
export const purposeScope = (purpose: string): string => `purpose:${purpose}`;

/** An OAuth client as the identity provider knows it. */
export const RegisteredClient = z.strictObject({
  clientId: z.string().min(1),
  scopes: z.array(z.string().min(1)).min(1),
  /** Public key with which it proves itself. */
  jwk: z.looseObject({ kty: z.string(), kid: z.string() }),
});
export type RegisteredClient = z.infer<typeof RegisteredClient>;

/** How a producer gets its tokens. */
export interface ClientCredentials {
  readonly issuer: string;
  readonly clientId: string;
  readonly keyFile: string;
  readonly scope: string;
  /** Audience of the token; ingest when absent. */
  readonly resource?: string;
}

const TokenResponse = z.object({ access_token: z.string(), expires_in: z.number() });

/**
 * Gets an access token by `client_credentials` with `private_key_jwt` (RFC 7523).
 * Throws when the identity provider refuses.
 */
export async function requestAccessToken(
  client: ClientCredentials,
): Promise<{ token: string; expiresAt: number }> {
  const jwk = await readSigningKey(client.keyFile);
  const now = Math.floor(Date.now() / 1000);
  const assertion = await new SignJWT()
    .setProtectedHeader({ alg: 'EdDSA', kid: jwk.kid })
    .setIssuer(client.clientId)
    .setSubject(client.clientId)
    .setAudience(client.issuer)
    .setJti(randomUUID())
    .setIssuedAt(now)
    .setExpirationTime(now + 60)
    .sign(await importJWK(jwk, 'EdDSA'));
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: assertion,
    resource: client.resource ?? INGEST_AUDIENCE,
    scope: client.scope,
  });
  const answer = await request(`${client.issuer}/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: form.toString(),
  });
  const body = await answer.body.text();
  if (answer.statusCode !== 200) throw new Error(`the identity provider refused ${client.clientId}: ${body}`);
  const { access_token: token, expires_in: seconds } = TokenResponse.parse(JSON.parse(body));
  return { token, expiresAt: Date.now() + seconds * 1000 };
}
