import { BailiwickError } from '@bailiwick/platform';
import type { z } from 'zod';

/** Reads query parameters. Throws `query-invalid`, which names the parameters that are wrong, never their values. */
export function parseQuery<S extends z.ZodType>(schema: S, query: unknown): z.output<S> {
  const parsed = schema.safeParse(query);
  if (parsed.success) return parsed.data;
  const wrong = parsed.error.issues.map(({ path, message }) =>
    path.length > 0 ? `${path.join('.')}: ${message}` : message,
  );
  throw new BailiwickError('query-invalid', wrong.join('; '));
}
