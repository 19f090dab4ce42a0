import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { SignJWT, calculateJwkThumbprint, exportJWK, jwtVerify, type JWK } from 'jose';
import { z } from 'zod';
import { CredentialRequest } from './judge.js';

/** Longest life of a token, in seconds. */
export const TOKEN_SECONDS = 300;

/** What a token is bound to: the client's certificate (RFC 8705) or a DPoP key (RFC 9449). */
export const Confirmation = z.union([
  z.strictObject({ 'x5t#S256': z.string() }),
  z.strictObject({ jkt: z.string() }),
]);
export type Confirmation = z.infer<typeof Confirmation>;

const Claims = z.object({
  jti: z.string(),
  /** Event of the record for whose answer it was minted; the client itself where it is for reading. */
  sub: z.string(),
  client_id: z.string(),
  iat: z.number(),
  exp: z.number(),
  authorization_details: z.tuple([CredentialRequest]),
  cnf: Confirmation,
});
export type TokenClaims = z.infer<typeof Claims>;

/** What a token is minted from. */
export interface TokenDraft {
  readonly client: string;
  /** Event of the record for whose answer it is minted, or the client. */
  readonly subject: string;
  readonly request: CredentialRequest;
  readonly confirmation: Confirmation;
}

/**
 * Signs and verifies access tokens (RFC 9068) with a key that this process makes at its start and keeps in memory: no token
 * outlives it by design, and there is no key to steal from a file. Who asked before a restart asks again.
 */
export class Tokens {
  readonly #keys = generateKeyPairSync('ed25519');
  #kid: string | undefined;

  constructor(
    private readonly issuer: () => string,
    /** Where the tokens are good. */
    private readonly audience: () => string,
  ) {}

  /** Public key set (RFC 7517). */
  async jwks(): Promise<{ readonly keys: readonly JWK[] }> {
    const jwk = await exportJWK(this.#keys.publicKey);
    return { keys: [{ ...jwk, kid: await this.#keyId(), alg: 'EdDSA', use: 'sig' }] };
  }

  async mint({ client, subject, request, confirmation }: TokenDraft): Promise<{ id: string; token: string }> {
    const id = `token_${randomUUID()}`;
    const token = await new SignJWT({
      client_id: client,
      act: { sub: client },
      authorization_details: [request],
      cnf: confirmation,
    })
      .setProtectedHeader({ alg: 'EdDSA', kid: await this.#keyId(), typ: 'at+jwt' })
      .setIssuer(this.issuer())
      .setAudience(this.audience())
      .setSubject(subject)
      .setJti(id)
      .setIssuedAt()
      .setExpirationTime(`${TOKEN_SECONDS}s`)
      .sign(this.#keys.privateKey);
    return { id, token };
  }

  /** The claims of a token that this process minted and that has not expired; undefined for every other text. */
  async verify(token: string): Promise<TokenClaims | undefined> {
    const verified = await jwtVerify(token, this.#keys.publicKey, {
      issuer: this.issuer(),
      audience: this.audience(),
      typ: 'at+jwt',
      algorithms: ['EdDSA'],
    }).catch(() => undefined);
    return Claims.safeParse(verified?.payload).data;
  }

  async #keyId(): Promise<string> {
    return (this.#kid ??= await calculateJwkThumbprint(await exportJWK(this.#keys.publicKey)));
  }
}
