/** What a check found: the value, or the reason why there is none. */
export type Verdict<T, Reason extends string> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly reason: Reason };

/** A verdict with its value. */
export const accept = <T>(value: T): { readonly ok: true; readonly value: T } => ({ ok: true, value });
/** A verdict that says why there is no value. */
export const refuse = <Reason extends string>(
  reason: Reason,
): { readonly ok: false; readonly reason: Reason } => ({
  ok: false,
  reason,
});
