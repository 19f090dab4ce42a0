import { BailiwickError } from '@bailiwick/platform';
import type { FastifyRequest } from 'fastify';

/**
 * Refuses requests that hold the character NUL, which PostgreSQL stores in no text: found here it is the caller's error,
 * found there it would look like one of ours.
 */
export async function refuseNul({ url, body }: FastifyRequest): Promise<void> {
  if (/%00/.test(url) || (body !== undefined && JSON.stringify(body)?.includes('\\u0000')))
    throw new BailiwickError('query-invalid', 'the request holds the character NUL');
}
