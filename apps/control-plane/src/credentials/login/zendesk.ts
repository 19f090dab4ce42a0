import type { ZendeskTerms } from '../../terms/connection-terms.js';
import type { ClientSecret } from '../crm-secret.js';
import { endToken, requestToken, type CrmGrant } from './token-request.js';

/** Zendesk gives tokens of more than 300 s only, and ones without end to who does not ask. */
const TOKEN_SECONDS = 330;

const TICKETS = 'tickets:read tickets:write';

const MEANS = {
  invalid_client: 'it does not know the OAuth client, or its secret was made anew: give the new one',
  unauthorized_client: 'the OAuth client is not confidential: client credentials are for those only',
  invalid_scope: 'the OAuth client may not have the scope of the connection',
} as const;

/** Logs in to a Zendesk account by the secret of a confidential OAuth client (client credentials). */
export async function logInToZendesk(
  { tokenEndpoint, clientId, audience, scope = TICKETS }: ZendeskTerms,
  { clientSecret }: ClientSecret,
): Promise<CrmGrant> {
  const json = {
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
    scope,
    expires_in: TOKEN_SECONDS,
  };
  const granted = await requestToken({ url: tokenEndpoint, body: { json }, means: MEANS });
  return {
    accessToken: granted.access_token,
    instanceUrl: audience,
    account: null,
    seconds: granted.expires_in ?? TOKEN_SECONDS,
  };
}

/** Where a token ends itself. */
export const ownTokenOf = ({ audience }: ZendeskTerms): string =>
  `${audience}/api/v2/oauth/tokens/current.json`;

/** Ends a token in its own name. Its owners tell of tokens that lived on, which is why they are asked for by the minute. */
export const endItself = (endpoint: string, token: string): Promise<void> =>
  endToken(endpoint, { method: 'DELETE', headers: { authorization: `Bearer ${token}` } });
