import { BailiwickError } from '@bailiwick/platform';
import type { FastifyRequest } from 'fastify';
import type { TLSSocket } from 'node:tls';
import type pg from 'pg';
import type { Book } from '../book/book.js';
import { certificateHash, isRevoked, shownCertificate } from './clients.js';
import { provenKey } from './dpop.js';
import { PULL, reads } from './judge.js';
import type { Leases } from './leases.js';
import { OAuthError } from './oauth-error.js';
import type { Replays } from './replays.js';
import type { TokenClaims, Tokens } from './tokens.js';

const AUTHORIZATION = /^(Bearer|DPoP) ([\w-]+\.[\w-]+\.[\w-]+)$/i;

/** What the resource works with. */
export interface LeaseEndpointParts {
  readonly database: pg.Pool;
  readonly book: Book;
  readonly tokens: Tokens;
  readonly replays: Replays;
  readonly leases: Leases;
  /** Its own address. */
  readonly resource: () => string;
}

/** What a service gets: the CRM's credential, and for how long. */
export interface LeaseAnswer {
  readonly lease: string;
  readonly mintedAt: string;
  readonly expiresAt: string;
  /** Whom the credential is for. */
  readonly audience: string;
  readonly accessToken: string;
  readonly instanceUrl: string | null;
  /** The CRM's own id of the account, or null. */
  readonly account: string | null;
}

/** The resource of the tokens: `POST /v1/leases` with a token, and the proof that it is one's own, gives the lease. */
export class LeaseEndpoint {
  constructor(private readonly parts: LeaseEndpointParts) {}

  /** Throws `token-missing`, `token-invalid`, `profile-not-acknowledged`, `connection-unknown`, `credential-refused`, and what minting a lease throws. */
  async lease(request: FastifyRequest): Promise<LeaseAnswer> {
    const { book, leases } = this.parts;
    const claims = await this.#holder(request);
    const [details] = claims.authorization_details;
    const { tenant, purpose, object } = details;
    const forReading = details.type === PULL;
    if (!book.profile(tenant)?.acknowledgement)
      throw new BailiwickError(
        'profile-not-acknowledged',
        'the acknowledgement of the profile was withdrawn',
      );
    const connection = forReading
      ? details.connection
      : (book.latest('purpose', tenant, purpose)?.body?.writeback.target ?? '');
    const terms = book.latest('connection', tenant, connection)?.body;
    if (!terms)
      throw new BailiwickError('connection-unknown', 'the tenant has no such CRM connection any more');
    if (forReading && !reads(terms, object))
      throw new BailiwickError('credential-refused', 'the connection is not for reading that any more');
    const lease = await leases.mint({
      request: details,
      connection,
      terms,
      client: claims.client_id,
      tokenId: claims.jti,
      event: forReading ? '' : claims.sub,
    });
    return {
      lease: lease.id,
      mintedAt: lease.mintedAt.toISOString(),
      expiresAt: lease.expiresAt.toISOString(),
      audience: terms.audience,
      accessToken: lease.accessToken,
      instanceUrl: lease.instanceUrl,
      account: lease.account,
    };
  }

  /** Claims of the token, if whoever sends it is whom it was minted for. */
  async #holder({ headers, raw }: FastifyRequest): Promise<TokenClaims> {
    if (headers.authorization === undefined)
      throw new BailiwickError('token-missing', 'send the token: authorization: Bearer or DPoP <token>');
    const invalid = (detail: string): BailiwickError => new BailiwickError('token-invalid', detail);
    const [, scheme = '', token = ''] = AUTHORIZATION.exec(headers.authorization) ?? [];
    const claims = await this.parts.tokens.verify(token);
    if (!claims) throw invalid('the token is none of this service, or has expired');
    const { database } = this.parts;
    const { rows } = await database.query('SELECT 1 FROM control.ended_token WHERE token_id = $1', [
      claims.jti,
    ]);
    if (rows.length > 0 || (await isRevoked(database, claims.client_id)))
      throw invalid('the token or its client was revoked');
    if ('jkt' in claims.cnf) {
      const proof = headers['dpop'];
      if (scheme.toLowerCase() !== 'dpop' || typeof proof !== 'string')
        throw invalid('the token is bound to a key: send it as DPoP with a proof');
      const shown = { method: 'POST', url: this.parts.resource(), accessToken: token };
      const key = await provenKey(proof, shown, this.parts.replays).catch((thrown: unknown) =>
        Promise.reject(thrown instanceof OAuthError ? invalid(thrown.description) : thrown),
      );
      if (key !== claims.cnf.jkt) throw invalid('the token is bound to another key');
      return claims;
    }
    const certificate = shownCertificate(raw.socket as TLSSocket);
    if (!certificate || certificateHash(certificate) !== claims.cnf['x5t#S256'])
      throw invalid('the token is bound to a certificate that this connection does not show');
    return claims;
  }
}
