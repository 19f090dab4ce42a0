import type { z } from 'zod';
import { ApiError } from './api-error.js';

/** A request of a schema; the error names the fields that are wrong and never repeats what they held. */
export function parseRequest<T>(schema: z.ZodType<T>, body: Buffer): T {
  const parsed = schema.safeParse(parseJson(body));
  if (parsed.success) return parsed.data;
  const fields = new Set(parsed.error.issues.map((issue) => issue.path.join('.') || 'body'));
  throw invalid(`Missing, wrong or unsupported: ${[...fields].join(', ')}.`);
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    throw invalid('The body is not JSON in UTF-8.');
  }
}

/** The refusal of a request that is not one. */
export function invalid(message: string): ApiError {
  return new ApiError(400, 'invalid_request_error', 'invalid_request', message);
}
