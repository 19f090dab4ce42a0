import { BailiwickError } from '@bailiwick/platform';
import { createRemoteJWKSet, errors, jwtVerify, type JWTVerifyGetKey } from 'jose';
import { z } from 'zod';

/** Audience of the access tokens that the control-plane takes: one that ingest takes is none of them. */
export const AUDIENCE = 'urn:bailiwick:control-plane';
/** Asymmetric only: with a shared secret, whoever verifies could also issue. */
const ALGORITHMS = ['EdDSA', 'Ed25519', 'ES256', 'PS256', 'RS256'];
const BEARER = /^Bearer ([A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+)$/i;

const Metadata = z.object({ issuer: z.string(), jwks_uri: z.url() });
/** Claims of a JWT access token. https://www.rfc-editor.org/rfc/rfc9068 */
const Claims = z.object({ sub: z.string().min(1).max(200) });

/** Verifies access tokens of people and service clients with the keys of one OpenID provider. */
export class AccessTokens {
  #keys: Promise<JWTVerifyGetKey> | null = null;

  constructor(private readonly issuer: string) {}

  /**
   * The subject that an `authorization` header proves. Throws `token-missing`, `token-invalid`, or
   * `issuer-unavailable` when no token can be judged now. What the subject may do is not the token's to say.
   */
  async verify(authorization: string | undefined): Promise<string> {
    if (!authorization)
      throw new BailiwickError('token-missing', 'send an access token: authorization: Bearer <token>');
    const token = BEARER.exec(authorization)?.[1];
    if (!token) throw new BailiwickError('token-invalid', 'the authorization header holds no bearer token');
    this.#keys ??= this.#discover();
    const keys = await this.#keys.catch((cause: unknown) => {
      this.#keys = null;
      throw issuerUnavailable(cause);
    });
    try {
      const { payload } = await jwtVerify(token, keys, {
        issuer: this.issuer,
        audience: AUDIENCE,
        typ: 'at+jwt',
        algorithms: ALGORITHMS,
        clockTolerance: 5,
      });
      return Claims.parse(payload).sub;
    } catch (cause) {
      throw isOfToken(cause)
        ? new BailiwickError(
            'token-invalid',
            `the access token must be a JWT of ${this.issuer} for ${AUDIENCE} that has not expired`,
            { cause },
          )
        : issuerUnavailable(cause);
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
