import { createRemoteJWKSet, errors, jwtVerify, type JWTVerifyGetKey } from 'jose';
import { z } from 'zod';
import { BailiwickError } from './bailiwick-error.js';

/** Asymmetric only: with a shared secret, whoever verifies could also issue. */
const ALGORITHMS = ['EdDSA', 'Ed25519', 'ES256', 'PS256', 'RS256'];
const BEARER = /^Bearer ([A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+)$/i;
const FETCH_MS = 5000;

/** Seconds by which the clocks of an issuer and of this process may differ. */
export const CLOCK_TOLERANCE_S = 5;

const Metadata = z.object({ issuer: z.string(), jwks_uri: z.url() });

/** The token of an `authorization` header. Throws `token-missing` or `token-invalid`. */
export function bearerToken(authorization: string | undefined): string {
  if (!authorization)
    throw new BailiwickError('token-missing', 'send an access token: authorization: Bearer <token>');
  const token = BEARER.exec(authorization)?.[1];
  if (!token) throw new BailiwickError('token-invalid', 'the authorization header holds no bearer token');
  return token;
}

/**
 * Verifies JWT access tokens (RFC 9068) of one issuer for one audience, with keys that are fetched when they are needed and
 * remembered. What a token permits is for who asks to say, by the schema of its claims.
 */
export class AccessTokenVerifier<C> {
  #keys: Promise<JWTVerifyGetKey> | null = null;

  constructor(
    private readonly issuer: string,
    private readonly audience: string,
    private readonly claims: z.ZodType<C>,
  ) {}

  /** Throws `token-invalid`, or `issuer-unavailable` when no token can be judged now. */
  async verify(token: string): Promise<C> {
    this.#keys ??= this.#discover();
    const keys = await this.#keys.catch((cause: unknown) => {
      this.#keys = null;
      throw issuerUnavailable(cause);
    });
    try {
      const { payload } = await jwtVerify(token, keys, {
        issuer: this.issuer,
        audience: this.audience,
        typ: 'at+jwt',
        algorithms: ALGORITHMS,
        clockTolerance: CLOCK_TOLERANCE_S,
      });
      return this.claims.parse(payload);
    } catch (cause) {
      throw isOfToken(cause) ? this.#invalid(cause) : issuerUnavailable(cause);
    }
  }

  #invalid(cause: unknown): BailiwickError {
    const detail =
      cause instanceof errors.JWTExpired
        ? 'the access token has expired'
        : `the access token must be a JWT of ${this.issuer} for ${this.audience}`;
    return new BailiwickError('token-invalid', detail, { cause });
  }

  async #discover(): Promise<JWTVerifyGetKey> {
    const url = `${this.issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
    const answer = await fetch(url, { signal: AbortSignal.timeout(FETCH_MS), redirect: 'error' });
    const metadata = Metadata.parse(await answer.json());
    if (metadata.issuer !== this.issuer) throw new Error('the issuer calls itself otherwise');
    return createRemoteJWKSet(new URL(metadata.jwks_uri), {
      timeoutDuration: FETCH_MS,
      cooldownDuration: FETCH_MS,
    });
  }
}

/** Whether a failure lies with the token and not with the issuer's key set. jose's generic code is a key set that is not 200. */
const isOfToken = (cause: unknown): boolean =>
  cause instanceof z.ZodError ||
  (cause instanceof errors.JOSEError &&
    !(cause instanceof errors.JWKSTimeout) &&
    !(cause instanceof errors.JWKSInvalid) &&
    cause.code !== 'ERR_JOSE_GENERIC');

const issuerUnavailable = (cause: unknown): BailiwickError =>
  new BailiwickError('issuer-unavailable', 'the issuer of access tokens does not answer; try again', {
    cause,
  });
