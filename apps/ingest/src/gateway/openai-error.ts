import type { BailiwickError, ErrorCode, ErrorForm } from '@bailiwick/platform';

/** OpenAI's names of kinds of errors, by HTTP status. https://platform.openai.com/docs/guides/error-codes */
const TYPES: Readonly<Record<number, string>> = {
  401: 'authentication_error',
  403: 'permission_error',
  429: 'rate_limit_error',
};

const typeOf = ({ policy: { http } }: BailiwickError): string =>
  TYPES[http] ?? (http >= 500 ? 'server_error' : 'invalid_request_error');

/** Clients repeat by themselves what fails: a question that was taken would be asked twice, and a day that is used up stays so. */
const NOT_AGAIN: ReadonlySet<ErrorCode> = new Set([
  'question-held',
  'question-failed',
  'answer-late',
  'quota-exhausted',
]);

/**
 * An error as clients of OpenAI's interface read it. `code` is Bailiwick's stable code; further members, such as the `reason` for which a
 * question is held, are extensions that clients pass over.
 */
export const OPENAI_ERROR: ErrorForm = {
  contentType: 'application/json',
  body: (error) => ({
    error: { param: null, ...error.extensions, message: error.detail, type: typeOf(error), code: error.code },
  }),
  headers: ({ code }) => (NOT_AGAIN.has(code) ? { 'x-should-retry': 'false' } : {}),
};
