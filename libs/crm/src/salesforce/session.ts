import { BailiwickError } from '@bailiwick/platform';
import type { Lease } from '../credential-service.js';
import { usedUntil, type Sessions } from '../kept-session.js';

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
export type SalesforceSessions = Sessions<SalesforceSession>;

/** Makes sessions of leases. Throws what borrowing throws, and `crm-login-refused` for a lease that says of no org. */
export const leasedSession =
  (borrow: () => Promise<Lease>, now: () => number = Date.now) =>
  async (): Promise<SalesforceSession> => {
    const asked = now();
    const { credential, instanceUrl, account, lifetimeMs } = await borrow();
    if (instanceUrl === null || account === null)
      throw new BailiwickError('crm-login-refused', 'the CRM said neither where its org is nor which');
    const until = usedUntil(asked, lifetimeMs);
    return { accessToken: credential.reveal(), instanceUrl, orgId: account, until };
  };
