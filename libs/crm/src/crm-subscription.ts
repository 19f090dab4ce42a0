import type { ResidencyProfile } from '@bailiwick/domain';
import { z } from 'zod';
import type { BorrowToRead } from './credential-service.js';
import type { CrmSource, SourceEvents } from './crm-source.js';
import {
  SalesforceSubscription,
  openSalesforce,
  salesforceRefusal,
} from './salesforce/salesforce-subscription.js';

/** One stream of one CRM; `kind` names the folder that speaks its protocol. */
export const CrmSubscription = z.discriminatedUnion('kind', [SalesforceSubscription]);
export type CrmSubscription = z.infer<typeof CrmSubscription>;

/** What a CRM's folder does for a subscription. */
interface SubscribeTo<S> {
  /** Why a tenant with this profile may not be read over it, in a sentence, or null. */
  readonly refusal: (
    subscription: S,
    profile: Pick<ResidencyProfile, 'homeJurisdiction' | 'permitted'>,
  ) => string | null;
  readonly open: (subscription: S, events: SourceEvents, borrow: BorrowToRead) => CrmSource;
}

/** The CRMs that can be subscribed to: a new one is one row here, and its folder. */
const CRMS: { readonly [K in CrmSubscription['kind']]: SubscribeTo<Extract<CrmSubscription, { kind: K }>> } =
  {
    salesforce: { refusal: salesforceRefusal, open: openSalesforce },
  };

/** Why a tenant with this profile may not be read over a subscription, or null. */
export const subscriptionRefusal = (
  subscription: CrmSubscription,
  profile: Pick<ResidencyProfile, 'homeJurisdiction' | 'permitted'>,
): string | null => CRMS[subscription.kind].refusal(subscription, profile);

/** Opens a subscription that borrows what it logs in with. Nothing is sent before it is pulled. */
export const openSubscription = (
  subscription: CrmSubscription,
  events: SourceEvents,
  borrow: BorrowToRead,
): CrmSource => CRMS[subscription.kind].open(subscription, events, borrow);
