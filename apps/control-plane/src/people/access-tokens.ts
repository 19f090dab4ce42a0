import { AccessTokenVerifier, bearerToken } from '@bailiwick/platform';
import { z } from 'zod';

/** Audience of the access tokens that the control-plane takes: one that ingest takes is none of them. */
export const AUDIENCE = 'urn:bailiwick:control-plane';
/** Claims of a JWT access token. https://www.rfc-editor.org/rfc/rfc9068 */
const Claims = z.object({ sub: z.string().min(1).max(200) });

/** Verifies access tokens of people and service clients with the keys of one OpenID provider. */
export class AccessTokens {
  readonly #tokens: AccessTokenVerifier<z.infer<typeof Claims>>;

  constructor(issuer: string) {
    this.#tokens = new AccessTokenVerifier(issuer, AUDIENCE, Claims);
  }

  /**
   * The subject that an `authorization` header proves. Throws `token-missing`, `token-invalid`, or
   * `issuer-unavailable` when no token can be judged now. What the subject may do is not the token's to say.
   */
  async verify(authorization: string | undefined): Promise<string> {
    return (await this.#tokens.verify(bearerToken(authorization))).sub;
  }
}
