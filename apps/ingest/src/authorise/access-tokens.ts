import { createHash } from 'node:crypto';
import { BailiwickError } from '@bailiwick/platform';
import { createRemoteJWKSet, errors, jwtVerify, type JWTVerifyGetKey } from 'jose';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { producerOf, type Producer } from './producer.js';

/** Audience of the access tokens that ingest takes. */
export const AUDIENCE = 'urn:bailiwick:ingest';
/** Asymmetric only: with a shared secret, whoever verifies could also issue. */
const ALGORITHMS = ['EdDSA', 'Ed25519', 'ES256', 'PS256', 'RS256'];
const BEARER = /^Bearer ([A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+)$/i;

const Metadata = z.object({ issuer: z.string(), jwks_uri: z.url() });
/** Claims of a JWT access token. https://www.rfc-editor.org/rfc/rfc9068 */
const Claims = z.object({ client_id: z.string().min(1).max(200), scope: z.string(), exp: z.number() });

/** Failures of jose that lie with the issuer's key set, not with the token. */
const ISSUER_FAILURES = [errors.JWKSTimeout, errors.JWKSInvalid];

/** Seconds by which the clocks of the issuer and of this cell may differ. */
const CLOCK_TOLERANCE_S = 5;
/** A token that was verified is remembered so long: until then one that was signed with a key since withdrawn still counts. */
const REMEMBERED_MS = 60_000;
const REMEMBERED_TOKENS = 10_000;

/** Verifies producers' access tokens with the keys of one issuer, which are fetched when needed and remembered. */
export class AccessTokens {
  /** By digest: the tokens themselves are not kept. A producer sends the same one with every request. */
  readonly #known = new LRUCache<string, Producer>({ max: REMEMBERED_TOKENS, ttl: REMEMBERED_MS });
  #keys: Promise<JWTVerifyGetKey> | null = null;

  constructor(private readonly issuer: string) {}

  /**
   * The producer that an `authorization` header names. Throws `token-missing`, `token-invalid`,
   * `scope-insufficient`, or `issuer-unavailable` when no token can be judged now.
   */
  async verify(authorization: string | undefined): Promise<Producer> {
    if (!authorization)
      throw new BailiwickError('token-missing', 'send an access token: authorization: Bearer <token>');
    const token = BEARER.exec(authorization)?.[1];
    if (!token) throw new BailiwickError('token-invalid', 'the authorization header holds no bearer token');
    const digest = createHash('sha256').update(token).digest('base64');
    const known = this.#known.get(digest);
    if (known && known.expiresAt + CLOCK_TOLERANCE_S * 1000 > Date.now()) return known;
    this.#keys ??= this.#discover();
    const keys = await this.#keys.catch((cause: unknown) => {
      this.#keys = null;
      throw issuerUnavailable(cause);
    });
    const claims = await this.#claims(token, keys);
    const producer = producerOf(claims.client_id, claims.scope, claims.exp * 1000);
    this.#known.set(digest, producer);
    return producer;
  }

  async #claims(token: string, keys: JWTVerifyGetKey): Promise<z.infer<typeof Claims>> {
    try {
      const { payload } = await jwtVerify(token, keys, {
        issuer: this.issuer,
        audience: AUDIENCE,
        typ: 'at+jwt',
        algorithms: ALGORITHMS,
        clockTolerance: CLOCK_TOLERANCE_S,
      });
      return Claims.parse(payload);
    } catch (cause) {
      const ours = cause instanceof z.ZodError || cause instanceof errors.JOSEError;
      if (!ours || ISSUER_FAILURES.some((failure) => cause instanceof failure))
        throw issuerUnavailable(cause);
      // The generic code is what jose throws when the key set's answer is not 200.
      if (cause instanceof errors.JOSEError && cause.code === 'ERR_JOSE_GENERIC')
        throw issuerUnavailable(cause);
      if (cause instanceof errors.JWTExpired)
        throw new BailiwickError('token-invalid', 'the access token has expired', { cause });
      throw new BailiwickError(
        'token-invalid',
        `the access token must be a JWT of ${this.issuer} for ${AUDIENCE}`,
        {
          cause,
        },
      );
    }
  }

  async #discover(): Promise<JWTVerifyGetKey> {
    const url = `${this.issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
    const answer = await fetch(url, { signal: AbortSignal.timeout(5000), redirect: 'error' });
    const metadata = Metadata.parse(await answer.json());
    if (metadata.issuer !== this.issuer) throw new Error('the issuer calls itself otherwise');
    return createRemoteJWKSet(new URL(metadata.jwks_uri), { timeoutDuration: 5000, cooldownDuration: 5000 });
  }
}

const issuerUnavailable = (cause: unknown): BailiwickError =>
  new BailiwickError('issuer-unavailable', 'the issuer of access tokens does not answer; try again', {
    cause,
  });
