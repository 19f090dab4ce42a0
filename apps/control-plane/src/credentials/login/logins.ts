import { BailiwickError } from '@bailiwick/platform';
import type { z } from 'zod';
import type { ConnectionKind, ConnectionTerms } from '../../terms/connection-terms.js';
import { CertifiedKey, ClientSecret, CrmKey, RefreshToken, type CrmSecret } from '../crm-secret.js';
import { logInToEntra } from './entra.js';
import { logInToHubSpot } from './hubspot.js';
import { endByRevocation, logInByJwt } from './jwt-bearer.js';
import type { CrmGrant } from './token-request.js';
import { endItself, logInToZendesk, ownTokenOf } from './zendesk.js';

/** A grant, and what the CRM put in the place of the secret by which it was asked for. */
export interface RenewingGrant extends CrmGrant {
  readonly next?: CrmSecret | null;
}

/** How one kind of CRM is logged in to, and out of. */
interface Login<T, S> {
  /** Who makes what it logs in with: the mesh a key, with a certificate or without, or the CRM a secret. */
  readonly by: 'key' | 'certificate' | 'secret';
  readonly secret: z.ZodType<S>;
  readonly logIn: (terms: T, secret: S, kid: string) => Promise<RenewingGrant>;
  /** Where a token is ended, and how; null where the CRM can end none before its time. */
  readonly end: {
    readonly endpoint: (terms: T) => string;
    readonly logOut: (endpoint: string, token: string) => Promise<void>;
  } | null;
}

/** A row, in which a secret of another kind is refused instead of sent. */
const row = <T, S extends CrmSecret>(login: Login<T, S>): Login<T, CrmSecret> => ({
  ...login,
  logIn: async (terms, given, kid) => {
    const secret = login.secret.safeParse(given).data;
    if (secret !== undefined) return login.logIn(terms, secret, kid);
    throw new BailiwickError(
      'connection-unknown',
      'what is in use for the connection is of another kind of CRM',
    );
  },
});

type OfKind<K extends ConnectionKind> = Extract<ConnectionTerms, { kind: K }>;
type Logins = { readonly [K in ConnectionKind]: Login<OfKind<K>, CrmSecret> };

const BY_JWT = {
  by: 'key',
  secret: CrmKey,
  logIn: logInByJwt,
  end: {
    endpoint: ({ revocationEndpoint }: { readonly revocationEndpoint: string }) => revocationEndpoint,
    logOut: endByRevocation,
  },
} as const;

/** The CRMs that can be logged in to: a new one is one row here, its terms and its file. */
const LOGINS: Logins = {
  salesforce: row<OfKind<'salesforce'>, CrmKey>(BY_JWT),
  'generic-http': row<OfKind<'generic-http'>, CrmKey>(BY_JWT),
  dataverse: row({ by: 'certificate', secret: CertifiedKey, logIn: logInToEntra, end: null }),
  hubspot: row({ by: 'secret', secret: RefreshToken, logIn: logInToHubSpot, end: null }),
  zendesk: row({
    by: 'secret',
    secret: ClientSecret,
    logIn: logInToZendesk,
    end: { endpoint: ownTokenOf, logOut: endItself },
  }),
};

/** How a connection of these terms is logged in to. */
export const loginOf = (terms: ConnectionTerms): Login<ConnectionTerms, CrmSecret> =>
  // The row of a kind takes terms of that kind, which the compiler cannot see through the union.
  LOGINS[terms.kind] as unknown as Login<ConnectionTerms, CrmSecret>;

/** Ends a token of a kind of CRM. Throws `crm-unavailable`. */
export const logOut = async (kind: ConnectionKind, endpoint: string, token: string): Promise<void> =>
  LOGINS[kind].end?.logOut(endpoint, token);
