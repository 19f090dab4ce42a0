import {
  ERROR_CODES,
  ERROR_TABLE,
  type ErrorCategory,
  type ErrorCode,
  type ErrorPolicy,
} from './error-table.js';

/** Connection failures of the operating system that mean «not now», not «never». */
const TRANSIENT_SYSTEM_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
  'EPIPE',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

/**
 * The one error of the mesh. `detail` is a sentence for the person who meets it and never holds content of a
 * record; `cause` is for logs inside and is never sent to a client.
 */
export class BailiwickError extends Error {
  override readonly name = 'BailiwickError';
  readonly category: ErrorCategory;

  constructor(
    readonly code: ErrorCode,
    readonly detail: string,
    options: { readonly cause?: unknown; readonly extensions?: Readonly<Record<string, string>> } = {},
  ) {
    super(`${code}: ${detail}`, options.cause === undefined ? undefined : { cause: options.cause });
    this.category = ERROR_CODES[code];
    this.extensions = options.extensions ?? {};
  }

  /** Further members of the problem document, for example `endpoint` of the right cell. */
  readonly extensions: Readonly<Record<string, string>>;

  get policy(): ErrorPolicy {
    return ERROR_TABLE[this.category];
  }

  /** Makes any thrown thing one of ours. What is not known is internal, and its message stays inside. */
  static from(thrown: unknown): BailiwickError {
    if (thrown instanceof BailiwickError) return thrown;
    const system = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
    if (TRANSIENT_SYSTEM_CODES.has(system))
      return new BailiwickError('broker-unavailable', `a dependency does not answer (${system})`, {
        cause: thrown,
      });
    return new BailiwickError('internal', 'an unexpected error; its cause is in the service log', {
      cause: thrown,
    });
  }
}

/** A cause for logs: class and code only, because a library's message can quote content. */
export function describeCause(thrown: unknown): string {
  const parts: string[] = [];
  let current: unknown = thrown;
  for (let depth = 0; depth < 4 && current instanceof Error; depth++) {
    const code =
      'code' in current && (typeof current.code === 'string' || typeof current.code === 'number')
        ? `(${current.code})`
        : '';
    parts.push(`${current.name}${code}`);
    current = current.cause;
  }
  return parts.join(' < ') || typeof thrown;
}
