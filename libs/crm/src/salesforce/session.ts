import { BailiwickError } from '@bailiwick/platform';
import type { Lease } from '../credential-service.js';

/** What calls to one org carry. The token is a secret: it lives in memory only. */
export interface SalesforceSession {
  readonly accessToken: string;
  /** Base address of the org, which is also where its REST API is. */
  readonly instanceUrl: string;
  /** The org's id: the metadata `tenantid`. */
  readonly orgId: string;
  /** Until when it is used, in milliseconds since the epoch; another is had before it ends. */
  readonly until: number;
}

/** Borrows a credential of the connection of a subscription, to read. */
export type Borrow = () => Promise<Lease>;

/** Gives sessions of one org's integration user. */
export interface SalesforceSessions {
  /** The present session, or a new one. Throws what passes by itself when none can be had now, and a refusal when none will be. */
  readonly current: () => Promise<SalesforceSession>;
  /** The org did not take this session: the next one is a new one. */
  readonly refused: (session: SalesforceSession) => void;
}

/** A session is not used for this long before its end: what begins with it must be able to end with it. */
const MARGIN_MS = 15_000;

/** Makes sessions of leases. Throws what borrowing throws, and `crm-login-refused` for a lease that says of no org. */
export const leasedSession =
  (borrow: Borrow, now: () => number = Date.now) =>
  async (): Promise<SalesforceSession> => {
    // By this clock, from before it was asked for: the clocks of two machines differ.
    const started = now();
    const { credential, instanceUrl, account, lifetimeMs } = await borrow();
    if (instanceUrl === null || account === null)
      throw new BailiwickError('crm-login-refused', 'the CRM said neither where its org is nor which');
    const until = started + lifetimeMs - Math.min(MARGIN_MS, lifetimeMs / 2);
    return { accessToken: credential.reveal(), instanceUrl, orgId: account, until };
  };

/** Keeps the session that `open` made until it ends or the org refuses it; those who ask at once share one login. */
export function keptSession(
  open: () => Promise<SalesforceSession>,
  now: () => number = Date.now,
): SalesforceSessions {
  let kept: Promise<SalesforceSession> | null = null;
  let present: SalesforceSession | null = null;
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
