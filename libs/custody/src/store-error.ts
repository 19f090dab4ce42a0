import { CustodyError } from './custody-error.js';

/** SQLSTATE classes of a statement that is refused however often it is sent: data, integrity, syntax and access. */
const REFUSED = /^(22|23|42)...$/;
/** foreign_key_violation: a key was destroyed between looking and writing, so looking again tells. */
const KEY_WENT_AWAY = '23503';

/** True when a key was replaced or destroyed between looking and writing: who looks again sees what there is now. */
export const wentAway = (thrown: unknown): boolean =>
  thrown instanceof CustodyError &&
  thrown.cause instanceof Error &&
  'code' in thrown.cause &&
  thrown.cause.code === KEY_WENT_AWAY;

/** What a failure of the database means: `key-store-refused`, or `key-store-unavailable` when a retry may help. */
export function storeError(cause: unknown): CustodyError {
  if (cause instanceof CustodyError) return cause;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const refused = REFUSED.test(code) && code !== KEY_WENT_AWAY;
  return new CustodyError(refused ? 'key-store-refused' : 'key-store-unavailable', { cause });
}
