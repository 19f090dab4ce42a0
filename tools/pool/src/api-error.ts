/** The `type` field of an OpenAI error object. */
export type ApiErrorType =
  | 'invalid_request_error'
  | 'authentication_error'
  | 'permission_error'
  | 'rate_limit_error'
  | 'server_error';

/**
 * A refusal in OpenAI's shape. Its message is written here, never derived from a request, so that no part of
 * a prompt can reach a response or a log.
 */
export class ApiError extends Error {
  constructor(
    /** HTTP status. */
    readonly status: number,
    readonly type: ApiErrorType,
    /** Stable machine-readable reason, such as `model_not_found`. */
    readonly code: string,
    message: string,
    /** Extra response headers, such as `retry-after`. */
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.name = 'ApiError';
  }

  /** The response body. */
  body(): { error: { message: string; type: ApiErrorType; code: string } } {
    return { error: { message: this.message, type: this.type, code: this.code } };
  }

  /** Any thrown value as an ApiError; what is not one tells the client nothing. */
  static from(thrown: unknown): ApiError {
    if (thrown instanceof ApiError) return thrown;
    return new ApiError(500, 'server_error', 'internal_error', 'The pool failed to answer.');
  }
}
