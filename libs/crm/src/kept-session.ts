/** A session is not used for this long before its end: what begins with it must be able to end with it. */
const MARGIN_MS = 15_000;

/** Until when something that holds for so long is used, in milliseconds since the epoch. `since` is from before it was asked for. */
export const usedUntil = (since: number, lifetimeMs: number): number =>
  // By our own clock alone: the clocks of two machines differ.
  since + lifetimeMs - Math.min(MARGIN_MS, lifetimeMs / 2);

/** Gives sessions with a CRM. */
export interface Sessions<S> {
  /** The present session, or a new one. Throws what passes by itself when none can be had now, and a refusal when none will be. */
  readonly current: () => Promise<S>;
  /** The CRM did not take this session: the next one is a new one. */
  readonly refused: (session: S) => void;
}

/** Keeps the session that `open` made until it ends or the CRM refuses it; those who ask at once share one login. */
export function keptSession<S extends { readonly until: number }>(
  open: () => Promise<S>,
  now: () => number = Date.now,
): Sessions<S> {
  let kept: Promise<S> | null = null;
  let present: S | null = null;
  const forget = (): void => {
    kept = null;
    present = null;
  };
  return {
    current: () => {
      if (present !== null && present.until <= now()) forget();
      kept ??= open().then(
        (session) => (present = session),
        (thrown: unknown) => {
          forget();
          throw thrown;
        },
      );
      return kept;
    },
    refused: (session) => {
      if (session === present) forget();
    },
  };
}
