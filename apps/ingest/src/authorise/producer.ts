import { BailiwickError } from '@bailiwick/platform';

/** Who sends, after authentication, and for what. */
export interface Producer {
  /** OAuth client id, or `webhook/<id>`. */
  readonly id: string;
  readonly tenant: string;
  /** Purposes for which it may send. */
  readonly purposes: readonly string[];
  /** When its credential ends, in milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** Values of the scopes with a prefix: `tenant:atlas` is `atlas`. */
const scoped = (scopes: readonly string[], prefix: string): readonly string[] =>
  scopes.filter((scope) => scope.startsWith(prefix)).map((scope) => scope.slice(prefix.length));

/** Reads what the scopes of a token permit. A token is for one tenant: any other number is `scope-insufficient`. */
export function producerOf(id: string, scope: string, expiresAt: number): Producer {
  const scopes = scope.split(' ');
  const [tenant, ...more] = scoped(scopes, 'tenant:');
  if (!tenant || more.length > 0)
    throw new BailiwickError('scope-insufficient', 'the token must carry exactly one scope tenant:<tenant>');
  return { id, tenant, purposes: scoped(scopes, 'purpose:'), expiresAt };
}
