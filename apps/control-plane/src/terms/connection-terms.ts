import { z } from 'zod';

const HttpsUrl = z.url({ protocol: /^https$/ }).max(500);
const Plain = z.string().regex(/^[\x21-\x7e]{1,200}$/, 'visible characters, 200 at most');

/**
 * How the mesh logs in to a tenant's CRM: by a JWT that the CRM's connected app trusts (RFC 7523). It changes under four
 * eyes, since whoever sets the addresses says who gets what the tenant's key has signed. The key is no part of it.
 */
export const ConnectionTerms = z.strictObject({
  /** Which CRM it is. */
  kind: z.enum(['salesforce', 'generic-http']),
  /** Where an assertion is exchanged for an access token, for example `https://login.salesforce.com/services/oauth2/token`. */
  tokenEndpoint: HttpsUrl,
  /** Where an access token is ended (RFC 7009). */
  revocationEndpoint: HttpsUrl,
  /** Consumer key of the connected app: `iss` of the assertion. */
  clientId: Plain,
  /** `aud` of the assertion, for example `https://login.salesforce.com`. */
  audience: HttpsUrl,
  /** Integration user of the CRM, for which the app is approved: `sub` of the assertion. */
  user: Plain,
});
export type ConnectionTerms = z.infer<typeof ConnectionTerms>;
