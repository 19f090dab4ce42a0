import type { TLSSocket } from 'node:tls';
import { spiffeIdOf } from '@bailiwick/grpc';
import { BailiwickError, bearerToken, type AccessTokenVerifier } from '@bailiwick/platform';
import { z } from 'zod';
import { OPERATOR, ofTenant, type ReadScope } from '../scope/read-scope.js';

/** Audience of the access tokens that lineage takes: one that ingest takes is none of them. */
export const AUDIENCE = 'urn:bailiwick:lineage';
/** Scope of a token that may read lineage. */
const READ = 'lineage:read';
const TENANT = 'tenant:';

/** Claims of a JWT access token. https://www.rfc-editor.org/rfc/rfc9068 */
export const TokenClaims = z.object({ sub: z.string().min(1), scope: z.string() });
export type TokenClaims = z.infer<typeof TokenClaims>;

/** Somebody who reads. */
export interface Reader {
  readonly scope: ReadScope;
  /** Who it is: the subject of an access token, or a SPIFFE id. */
  readonly subject: string;
}

/** Who may read what: callers whom the configuration names read every tenant, an access token reads its own. */
export class Readers {
  readonly #operators: ReadonlySet<string>;

  constructor(
    /** SPIFFE ids. */
    operators: readonly string[],
    private readonly tokens: Pick<AccessTokenVerifier<TokenClaims>, 'verify'>,
  ) {
    this.#operators = new Set(operators);
  }

  /**
   * Who asks, and what they may read. A token counts before a certificate, so that nobody reads more than was meant. Throws `token-missing`,
   * `token-invalid`, `scope-insufficient`, `certificate-not-permitted`, or `issuer-unavailable`.
   */
  async ofRequest(socket: TLSSocket, authorization: string | undefined): Promise<Reader> {
    if (authorization === undefined && socket.authorized) {
      const peer = spiffeIdOf(socket.getPeerCertificate().subjectaltname);
      return { scope: this.ofPeer(peer), subject: peer ?? '' };
    }
    const claims = await this.tokens.verify(bearerToken(authorization));
    return { scope: scopeOf(claims), subject: claims.sub };
  }

  /** What the holder of a certificate of the mesh may read. Throws `certificate-not-permitted`: a service is not permitted for being one. */
  ofPeer(peer: string | null): ReadScope {
    if (peer !== null && this.#operators.has(peer)) return OPERATOR;
    throw new BailiwickError('certificate-not-permitted', 'the caller’s certificate may not read lineage');
  }
}

/** A token reads one tenant: any other number is `scope-insufficient`, and so is one that is not for reading. */
function scopeOf({ scope }: Pick<TokenClaims, 'scope'>): ReadScope {
  const scopes = scope.split(' ');
  const [tenant, ...more] = scopes.filter((each) => each.startsWith(TENANT));
  if (tenant === undefined || tenant === TENANT || more.length > 0 || !scopes.includes(READ))
    throw new BailiwickError(
      'scope-insufficient',
      `the token must carry the scope ${READ} and exactly one scope tenant:<tenant>`,
    );
  return ofTenant(tenant.slice(TENANT.length));
}
