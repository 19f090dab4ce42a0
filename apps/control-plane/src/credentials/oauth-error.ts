import { BailiwickError, type ErrorCode } from '@bailiwick/platform';

/** Error codes of RFC 6749 5.2, RFC 9396 5 and RFC 9449 5, and what HTTP status each is answered with. */
const STATUS = {
  invalid_request: 400,
  invalid_client: 401,
  invalid_grant: 400,
  unsupported_grant_type: 400,
  invalid_authorization_details: 400,
  invalid_dpop_proof: 400,
  temporarily_unavailable: 503,
  server_error: 500,
} as const;
export type OAuthErrorCode = keyof typeof STATUS;

/**
 * A refusal in OAuth's own form. `code` says the same in the mesh's words, so that a service can tell what to do with a
 * record that waits for the credential.
 */
export class OAuthError extends Error {
  constructor(
    readonly error: OAuthErrorCode,
    readonly description: string,
    readonly code: ErrorCode = 'credential-refused',
  ) {
    super(description);
  }

  get status(): number {
    return STATUS[this.error];
  }

  /** The body that is answered. */
  toJSON(): object {
    return { error: this.error, error_description: this.description, code: this.code };
  }

  /** What a failure of ours looks like to a client of the token endpoint. */
  static from(thrown: unknown): OAuthError {
    // A transaction wraps what it does not know.
    const inner =
      thrown instanceof BailiwickError && thrown.cause instanceof OAuthError ? thrown.cause : thrown;
    if (inner instanceof OAuthError) return inner;
    const { policy, detail, code } = BailiwickError.from(inner);
    if (policy.http === 503) return new OAuthError('temporarily_unavailable', detail, code);
    return policy.http < 500
      ? new OAuthError('invalid_request', detail, code)
      : new OAuthError('server_error', 'the credential service failed; its log says why', code);
  }
}
