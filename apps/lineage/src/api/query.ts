import { BailiwickError } from '@bailiwick/platform';
import type { z } from 'zod';
import type { ReadScope } from '../scope/read-scope.js';

/**
 * Reads query parameters within a scope: who reads one tenant need not name it, and may name no other. Throws `query-invalid`, which names the
 * parameters that are wrong, never their values, and `scope-insufficient`.
 */
export function parseQuery<S extends z.ZodObject>(schema: S, query: unknown, scope: ReadScope): z.output<S> {
  const given = query as Readonly<Record<string, unknown>>;
  const narrowed = scope.kind === 'tenant' && 'tenant' in schema.shape;
  const parsed = schema.safeParse(narrowed ? { tenant: scope.tenant, ...given } : given);
  if (!parsed.success) {
    const wrong = parsed.error.issues.map(({ path, message }) =>
      path.length > 0 ? `${path.join('.')}: ${message}` : message,
    );
    throw new BailiwickError('query-invalid', wrong.join('; '));
  }
  if (narrowed && parsed.data['tenant'] !== scope.tenant)
    throw new BailiwickError(
      'scope-insufficient',
      'the token reads another tenant than the one that is asked for',
    );
  return parsed.data;
}
