import { readFile } from 'node:fs/promises';
import Provider from 'oidc-provider';
import { z } from 'zod';
import { readSigningKey } from '../parts/key-material.js';
import { AUDIENCES, INGEST_AUDIENCE, RegisteredClient } from './client.js';

/** Environment of the development identity provider. */
const Environment = z.object({
  BAILIWICK_HTTP_PORT: z.coerce.number().int().positive(),
  /** JSON list of registered clients. */
  BAILIWICK_CLIENTS_FILE: z.string().min(1),
  /** JWK with which tokens are signed. */
  BAILIWICK_SIGNING_KEY_FILE: z.string().min(1),
});

/** Access tokens live five minutes: a producer that loses its right loses it soon. */
const TOKEN_SECONDS = 300;

const environment = Environment.parse(process.env);
const clients = z
  .array(RegisteredClient)
  .parse(JSON.parse(await readFile(environment.BAILIWICK_CLIENTS_FILE, 'utf8')));
const scopes = [...new Set(clients.flatMap((client) => client.scopes))];

const provider = new Provider(`http://127.0.0.1:${environment.BAILIWICK_HTTP_PORT}`, {
  jwks: {
    keys: [{ ...(await readSigningKey(environment.BAILIWICK_SIGNING_KEY_FILE)), alg: 'EdDSA', use: 'sig' }],
  },
  scopes,
  clients: clients.map((client) => ({
    client_id: client.clientId,
    grant_types: ['client_credentials'],
    redirect_uris: [],
    response_types: [],
    token_endpoint_auth_method: 'private_key_jwt',
    token_endpoint_auth_signing_alg: 'EdDSA',
    id_token_signed_response_alg: 'EdDSA',
    jwks: { keys: [{ ...client.jwk, alg: 'EdDSA', use: 'sig' }] },
    scope: client.scopes.join(' '),
  })),
  ttl: { ClientCredentials: TOKEN_SECONDS },
  clientAuthMethods: ['private_key_jwt'],
  enabledJWA: {
    clientAuthSigningAlgValues: ['EdDSA'],
    idTokenSigningAlgValues: ['EdDSA'],
  },
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => INGEST_AUDIENCE,
      getResourceServerInfo: (_context: unknown, resource: string) => ({
        scope: scopes.join(' '),
        audience: AUDIENCES.includes(resource) ? resource : INGEST_AUDIENCE,
        accessTokenFormat: 'jwt',
        accessTokenTTL: TOKEN_SECONDS,
        jwt: { sign: { alg: 'EdDSA' } },
      }),
    },
  },
});
provider.on('server_error', (_context, error) => console.error('identity provider:', error));
const server = provider.listen(environment.BAILIWICK_HTTP_PORT, '127.0.0.1', () =>
  console.log(`development identity provider on http://127.0.0.1:${environment.BAILIWICK_HTTP_PORT}`),
);
for (const signal of ['SIGTERM', 'SIGINT'] as const)
  process.once(signal, () => server.close(() => process.exit(0)));
