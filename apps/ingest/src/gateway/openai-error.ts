import type { BailiwickError, ErrorCode, ErrorForm } from '@bailiwick/platform';

/** OpenAI's names of kinds of errors, by HTTP status. https://platform.openai.com/docs/guides/error-codes */
const TYPES: Readonly<Record<number, string>> = {
  401: 'authentication_error',
  403: 'permission_error',
  429: 'rate_limit_error',
};

const typeOf = ({ policy: { http } }: BailiwickError): string =>
  TYPES[http] ?? (http >= 500 ? 'server_error' : 'invalid_request_error');

/** Errors of questions that were taken. Clients repeat by themselves what fails, and would ask a second time. */
const TAKEN: ReadonlySet<ErrorCode> = new Set(['question-held', 'question-failed', 'answer-late']);

/**
 * An error as clients of OpenAI's interface read it. `code` is Bailiwick's stable code; further members, such as the `reason` for which a
 * question is held, are extensions that clients pass over.
 */
export const OPENAI_ERROR: ErrorForm = {
  contentType: 'application/json',
  body: (error) => ({
    error: { param: null, ...error.extensions, message: error.detail, type: typeOf(error), code: error.code },
  }),
  headers: ({ code }) => (TAKEN.has(code) ? { 'x-should-retry': 'false' } : {}),
};
