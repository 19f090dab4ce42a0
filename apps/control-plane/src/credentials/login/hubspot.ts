import { z } from 'zod';
import type { HubSpotTerms } from '../../terms/connection-terms.js';
import type { RefreshToken } from '../crm-secret.js';
import { requestToken, type CrmGrant } from './token-request.js';

const REINSTALL = 'its refresh token is good no more: install the app again, and give the new one';
const MEANS = {
  invalid_grant: REINSTALL,
  BAD_REFRESH_TOKEN: REINSTALL,
  invalid_client: 'it does not know the client id, or the client secret was rotated: give the new one',
  BAD_CLIENT_ID: 'it does not know the client id',
  BAD_CLIENT_SECRET: 'the client secret was rotated: give the new one',
} as const;

const Extra = z.object({
  refresh_token: z.string().min(8).max(2000).optional().catch(undefined),
  hub_id: z.int().positive().optional().catch(undefined),
});

/**
 * Logs in to the HubSpot account in which the app is installed (refresh token). HubSpot can end refresh tokens only: an access token holds
 * for half an hour. `next` is the secret from now on, where HubSpot put another refresh token in the place of this one.
 */
export async function logInToHubSpot(
  { tokenEndpoint, clientId, audience }: HubSpotTerms,
  { clientSecret, refreshToken }: RefreshToken,
): Promise<CrmGrant & { readonly next: RefreshToken | null }> {
  const granted = await requestToken({
    url: tokenEndpoint,
    body: new URLSearchParams({
      grant_type: 'refresh_token',
      client_id: clientId,
      client_secret: clientSecret,
      refresh_token: refreshToken,
    }),
    means: MEANS,
  });
  const { refresh_token: given = refreshToken, hub_id: account } = Extra.parse(granted);
  return {
    accessToken: granted.access_token,
    instanceUrl: audience,
    account: account === undefined ? null : String(account),
    seconds: granted.expires_in ?? null,
    next: given === refreshToken ? null : { clientSecret, refreshToken: given },
  };
}
