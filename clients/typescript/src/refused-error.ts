/** A record, or a whole stream, that the cell does not take. Sending the same again is refused again. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';

  constructor(
    /** Stable code, the same as in problem documents. */
    readonly code: string,
    /** A sentence for people, without what was sent. */
    readonly detail: string,
    /** The right cell, for `wrong-cell`, when it is known; empty otherwise. */
    readonly endpoint = '',
  ) {
    super(`${code}: ${detail}`);
  }
}
