import { createHash } from 'node:crypto';
import { AccessTokenVerifier, CLOCK_TOLERANCE_S, bearerToken } from '@bailiwick/platform';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { producerOf, type Producer } from './producer.js';

/** Audience of the access tokens that ingest takes. */
export const AUDIENCE = 'urn:bailiwick:ingest';

/** Claims of a JWT access token. https://www.rfc-editor.org/rfc/rfc9068 */
const Claims = z.object({ client_id: z.string().min(1).max(200), scope: z.string(), exp: z.number() });

/** A token that was verified is remembered so long: until then one that was signed with a key since withdrawn still counts. */
const REMEMBERED_MS = 60_000;
const REMEMBERED_TOKENS = 10_000;

/** Verifies producers' access tokens with the keys of one issuer. */
export class AccessTokens {
  /** By digest: the tokens themselves are not kept. A producer sends the same one with every request. */
  readonly #known = new LRUCache<string, Producer>({ max: REMEMBERED_TOKENS, ttl: REMEMBERED_MS });
  readonly #tokens: AccessTokenVerifier<z.infer<typeof Claims>>;

  constructor(issuer: string) {
    this.#tokens = new AccessTokenVerifier(issuer, AUDIENCE, Claims);
  }

  /**
   * The producer that an `authorization` header names. Throws `token-missing`, `token-invalid`,
   * `scope-insufficient`, or `issuer-unavailable` when no token can be judged now.
   */
  async verify(authorization: string | undefined): Promise<Producer> {
    const token = bearerToken(authorization);
    const digest = createHash('sha256').update(token).digest('base64');
    const known = this.#known.get(digest);
    if (known && known.expiresAt + CLOCK_TOLERANCE_S * 1000 > Date.now()) return known;
    const claims = await this.#tokens.verify(token);
    const producer = producerOf(claims.client_id, claims.scope, claims.exp * 1000);
    this.#known.set(digest, producer);
    return producer;
  }
}
