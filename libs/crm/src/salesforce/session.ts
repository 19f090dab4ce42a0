/** What calls to one org carry. The token is a secret: it lives in memory only. */
export interface SalesforceSession {
  readonly accessToken: string;
  /** Base address of the org, which is also where its REST API is. */
  readonly instanceUrl: string;
  /** The org's id: the metadata `tenantid`. */
  readonly orgId: string;
}

/** Gives sessions of one org's integration user. */
export interface SalesforceSessions {
  /** The present session, or a new one. Throws `crm-unavailable` when none can be had now, `crm-login-refused` when none will be. */
  readonly current: () => Promise<SalesforceSession>;
  /** The org did not take this session: the next one is a new one. */
  readonly refused: (session: SalesforceSession) => void;
}

/** Keeps the session that `open` made until the org refuses it; those who ask at once share one login. */
export function keptSession(open: () => Promise<SalesforceSession>): SalesforceSessions {
  let kept: Promise<SalesforceSession> | null = null;
  let present: SalesforceSession | null = null;
  const forget = (): void => {
    kept = null;
    present = null;
  };
  return {
    current: () => {
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
