import type { TLSSocket } from 'node:tls';
import { Module } from '@nestjs/common';
import {
  BailiwickError,
  HttpsEdge,
  databaseError,
  inTransaction,
  replyProblem,
  subjectDigest,
  type HttpsEdgeOptions,
  type Logger,
} from '@bailiwick/platform';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type pg from 'pg';
import { report } from '../audit/violation-report.js';
import { Clients, type Client } from './clients.js';
import { PROOF_ALGORITHMS, provenKey } from './dpop.js';
import { MAY_ASK } from './judge.js';
import { LeaseEndpoint, type LeaseEndpointParts } from './lease-endpoint.js';
import { OAuthError } from './oauth-error.js';
import type { Replays } from './replays.js';
import {
  CLIENT_CREDENTIALS,
  TOKEN_EXCHANGE,
  TokenEndpoint,
  type TokenEndpointParts,
} from './token-endpoint.js';
import { Tokens, type Confirmation } from './tokens.js';

type Given = 'tokens' | 'resource';

/** What the credential service works with. */
export interface CredentialServerParts
  extends Omit<TokenEndpointParts, Given>, Omit<LeaseEndpointParts, Given> {
  readonly host: string;
  /** 0 chooses one. */
  readonly port: number;
  /** Base URL by which services reach it, and its issuer; that of the port when null. */
  readonly publicUrl: string | null;
  readonly tls: { readonly cert: string; readonly key: string; readonly ca: string };
  readonly database: pg.Pool;
  readonly replays: Replays;
  /** Regions of the cells that run. */
  readonly regions: readonly string[];
  readonly logger: Logger;
}

@Module({})
class CredentialModule {}

const REQUEST_TIMEOUT_MS = 20_000;
const BODY_LIMIT = 32 * 1024;
const FORM = 'application/x-www-form-urlencoded';
const MINUTE_MS = 60_000;

type Form = Readonly<Record<string, string>>;

/**
 * The credential service for the cells: an OAuth 2.0 authorization server and the resource of its tokens, on a port of its
 * own, because it asks for certificates and the browsers of people must not be asked.
 */
export class CredentialServer extends HttpsEdge {
  readonly #tokens: Tokens;
  readonly #clients: Clients;
  readonly #exchanges: TokenEndpoint;
  readonly #leases: LeaseEndpoint;

  constructor(private readonly parts: CredentialServerParts) {
    super();
    const { tls, regions, replays } = parts;
    const resource = (): string => this.#at('/v1/leases');
    this.#tokens = new Tokens(() => this.url, resource);
    this.#clients = new Clients(regions, tls.ca, replays, () => [this.url, this.#at('/oauth2/token')]);
    this.#exchanges = new TokenEndpoint({ ...parts, tokens: this.#tokens, resource });
    this.#leases = new LeaseEndpoint({ ...parts, tokens: this.#tokens, resource });
  }

  protected edge(): HttpsEdgeOptions {
    const { host, port, tls, logger } = this.parts;
    return {
      host,
      port,
      tls,
      mutual: 'if-shown',
      requestTimeoutMs: REQUEST_TIMEOUT_MS,
      bodyLimit: BODY_LIMIT,
      module: { module: CredentialModule },
      prepare: (fastify) => this.#prepare(fastify),
      serves: 'services of cells',
      logger,
    };
  }

  /** Issuer and base URL; known after `start`. */
  override get url(): string {
    return this.parts.publicUrl ?? super.url;
  }

  #at(path: string): string {
    return `${this.url}${path}`;
  }

  #prepare(fastify: FastifyInstance): void {
    const { logger } = this.parts;
    void fastify.register(async (scope) => {
      scope.removeAllContentTypeParsers();
      scope.addContentTypeParser(FORM, { parseAs: 'string' }, async (_: unknown, body: string) =>
        formIn(body),
      );
      scope.setErrorHandler((thrown, _request, reply) => refuse(thrown, reply, logger));
      scope.get('/.well-known/oauth-authorization-server', async () => this.#metadata());
      scope.get('/oauth2/jwks', () => this.#tokens.jwks());
      scope.post('/oauth2/token', (request, reply) => this.#token(request, reply));
      scope.post('/oauth2/introspect', (request, reply) => this.#introspect(request, reply));
      scope.post('/oauth2/revoke', (request, reply) => this.#revoke(request, reply));
    });
    void fastify.register(async (scope) => {
      scope.setErrorHandler((thrown, _request, reply) => replyProblem(thrown, reply, logger));
      scope.post('/v1/leases', async (request, reply) => {
        const lease = await this.#leases.lease(request);
        return reply.status(201).header('cache-control', 'no-store').send(lease);
      });
    });
  }

  /** RFC 8414. */
  #metadata(): object {
    const authentication = ['tls_client_auth', 'private_key_jwt'];
    return {
      issuer: this.url,
      token_endpoint: this.#at('/oauth2/token'),
      jwks_uri: this.#at('/oauth2/jwks'),
      introspection_endpoint: this.#at('/oauth2/introspect'),
      revocation_endpoint: this.#at('/oauth2/revoke'),
      response_types_supported: [],
      grant_types_supported: [TOKEN_EXCHANGE, CLIENT_CREDENTIALS],
      token_endpoint_auth_methods_supported: authentication,
      token_endpoint_auth_signing_alg_values_supported: PROOF_ALGORITHMS,
      introspection_endpoint_auth_methods_supported: authentication,
      revocation_endpoint_auth_methods_supported: authentication,
      tls_client_certificate_bound_access_tokens: true,
      dpop_signing_alg_values_supported: PROOF_ALGORITHMS,
      authorization_details_types_supported: [...MAY_ASK.values()],
    };
  }

  async #token(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const form = request.body as Form;
    const client = await this.#client(request);
    const confirmation = await this.#confirmationOf(request, client);
    const answer = await this.#exchanges.exchange({ client, confirmation, form });
    return reply.header('cache-control', 'no-store').header('pragma', 'no-cache').send(answer);
  }

  /** RFC 7662, for the client that a token was minted for. */
  async #introspect(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const found = await this.#own(request);
    const { rows } = found
      ? await this.parts.database.query('SELECT 1 FROM control.ended_token WHERE token_id = $1', [found.jti])
      : { rows: [] };
    const body = found && rows.length === 0 ? { active: true, iss: this.url, ...found } : { active: false };
    return reply.header('cache-control', 'no-store').send(body);
  }

  /** RFC 7009: what is no token of the client is answered alike. */
  async #revoke(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const found = await this.#own(request);
    if (found)
      await this.parts.database.query(
        `INSERT INTO control.ended_token (token_id, until) VALUES ($1, to_timestamp($2)) ON CONFLICT DO NOTHING`,
        [found.jti, found.exp],
      );
    return reply.send();
  }

  async #own(request: FastifyRequest): Promise<Awaited<ReturnType<Tokens['verify']>>> {
    const client = await this.#client(request);
    const { token } = request.body as Form;
    if (token === undefined) throw new OAuthError('invalid_request', 'token is missing');
    const found = await this.#tokens.verify(token);
    return found?.client_id === client.id ? found : undefined;
  }

  async #client({ body, raw }: FastifyRequest): Promise<Client> {
    const { database } = this.parts;
    const form = body as Form | undefined;
    if (!form) throw new OAuthError('invalid_request', `send a form as ${FORM}`);
    const shown = { socket: raw.socket as TLSSocket, form };
    return this.#clients.authenticate(database, shown).catch(async (thrown: unknown) => {
      if (!(thrown instanceof OAuthError)) throw databaseError(thrown);
      if (thrown.code !== 'credential-refused') await this.#report(thrown);
      throw thrown;
    });
  }

  /** A service of the mesh that asks without being allowed to is a violation, one a minute for each. */
  async #report({ code, description }: OAuthError): Promise<void> {
    const { database, regions, now } = this.parts;
    const minute = Math.floor(now() / MINUTE_MS);
    const id = `control-plane/${code}/${subjectDigest(description)}/${minute}`;
    const named = regions.filter((region) => description.includes(`/${region}/`));
    const detail = `asked for a credential: ${description}`;
    await inTransaction(database, (db) => report(db, { id, regions: named, tenant: '', code, detail }));
  }

  /** What the token is bound to: the key of a DPoP proof, or else the certificate that the client showed. */
  async #confirmationOf({ headers }: FastifyRequest, { certificate }: Client): Promise<Confirmation> {
    const proof = headers['dpop'];
    if (typeof proof === 'string') {
      const shown = { method: 'POST', url: this.#at('/oauth2/token') };
      return { jkt: await provenKey(proof, shown, this.parts.replays) };
    }
    if (certificate !== null) return { 'x5t#S256': certificate };
    throw new OAuthError('invalid_request', 'a token is bound: show a certificate in TLS, or a DPoP proof');
  }
}

/** A form by name. A parameter that is sent twice is refused, as RFC 6749 3.2 wants; an empty one counts as omitted. */
function formIn(body: string): Form {
  const form = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(body)) {
    if (form.has(name)) throw new OAuthError('invalid_request', `${name.slice(0, 40)} is sent twice`);
    if (value !== '') form.set(name, value);
  }
  return Object.fromEntries(form);
}

function refuse(thrown: unknown, reply: FastifyReply, logger: Logger): void {
  const refused =
    thrown instanceof Error && 'statusCode' in thrown && Number(thrown.statusCode) < 500
      ? new OAuthError('invalid_request', `send a form as ${FORM}`)
      : OAuthError.from(thrown);
  if (refused.status >= 500)
    logger.error('a credential request failed', { error: BailiwickError.from(thrown) });
  void reply
    .status(refused.status)
    .header('cache-control', 'no-store')
    .type('application/json')
    .send(JSON.stringify(refused));
}
