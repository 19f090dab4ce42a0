import type { BailiwickError } from './bailiwick-error.js';

/** RFC 9457 problem details. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** Stable error code. */
  readonly code: string;
  readonly [extension: string]: string | number;
}

export const PROBLEM_CONTENT_TYPE = 'application/problem+json';

/** Renders an error for an HTTP client; the cause is left out. */
export function toProblem(error: BailiwickError): Problem {
  return {
    ...error.extensions,
    type: `urn:bailiwick:problem:${error.code}`,
    title: error.policy.title,
    status: error.policy.http,
    detail: error.detail,
    code: error.code,
  };
}
