import { z } from 'zod';

const HttpsUrl = z.url({ protocol: /^https$/ }).max(500);
const Plain = z.string().regex(/^[\x21-\x7e]{1,200}$/, 'visible characters, 200 at most');
/** An address of nothing but a host: what tokens are for is compared as a text. */
const Origin = HttpsUrl.refine((url) => URL.canParse(url) && new URL(url).origin === url, {
  message: 'an origin, without path or slash at its end',
});
const withPath = (form: RegExp, message: string) =>
  HttpsUrl.refine((url) => URL.canParse(url) && form.test(new URL(url).pathname + new URL(url).search), {
    message,
  });

/** Objects of which ingest may read what changed with a credential of the connection; nothing is lent for reading others. */
const Reads = z
  .array(z.string().regex(/^[A-Za-z][A-Za-z0-9_]{0,79}$/))
  .min(1)
  .optional();

/** Logins by a JWT that the CRM's connected app trusts (RFC 7523). */
const JwtBearer = z.strictObject({
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

/** A Salesforce org. */
export const SalesforceTerms = JwtBearer.extend({
  kind: z.literal('salesforce'),
  reads: Reads,
});
export type SalesforceTerms = z.infer<typeof SalesforceTerms>;

/** A CRM behind the generic interface. */
export const GenericHttpTerms = JwtBearer.extend({ kind: z.literal('generic-http') });
export type GenericHttpTerms = z.infer<typeof GenericHttpTerms>;

/** A Dataverse environment: an app of Microsoft Entra that proves itself by a certificate (client credentials, `private_key_jwt`). */
export const DataverseTerms = z.strictObject({
  kind: z.literal('dataverse'),
  /** That of the directory: `https://login.microsoftonline.com/{directory id}/oauth2/v2.0/token`. */
  tokenEndpoint: withPath(
    /^\/[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\/oauth2\/v2\.0\/token$/,
    'the v2.0 token endpoint of one directory, by its id',
  ),
  /** Application id of the app registration, which is an application user of the environment. */
  clientId: z.guid(),
  /** The environment, for example `https://acme.crm4.dynamics.com`; its `/.default` is the scope. */
  audience: Origin,
  reads: Reads,
});
export type DataverseTerms = z.infer<typeof DataverseTerms>;

/** A HubSpot account in which an app is installed (refresh token). */
export const HubSpotTerms = z.strictObject({
  kind: z.literal('hubspot'),
  /** `https://api.hubapi.com/oauth/2026-03/token`; that of version 1 ends in February 2027 and is refused. */
  tokenEndpoint: withPath(
    /^\/oauth\/(?:v3|20\d\d-\d\d)\/token$/,
    'a token endpoint of HubSpot after version 1',
  ),
  clientId: z.guid(),
  /** Where its API is: `https://api.hubapi.com`. */
  audience: Origin,
});
export type HubSpotTerms = z.infer<typeof HubSpotTerms>;

/** A Zendesk account with a confidential OAuth client (client credentials); who made the client is the user of its tokens. */
export const ZendeskTerms = z.strictObject({
  kind: z.literal('zendesk'),
  /** `https://{subdomain}.zendesk.com/oauth/tokens`. */
  tokenEndpoint: withPath(/^\/oauth\/tokens$/, 'ends with /oauth/tokens'),
  /** Identifier of the OAuth client. */
  clientId: Plain,
  /** The account, for example `https://acme.zendesk.com`. */
  audience: Origin,
  /** What its tokens may do; `tickets:read tickets:write` where it is not said. */
  scope: z
    .string()
    .regex(/^[a-z_]+(?::(?:read|write))?(?: [a-z_]+(?::(?:read|write))?){0,9}$/, 'scopes of Zendesk')
    .optional(),
});
export type ZendeskTerms = z.infer<typeof ZendeskTerms>;

/**
 * How the mesh logs in to a tenant's CRM; `kind` says which CRM it is, and by what. It changes under four eyes, since whoever
 * sets the addresses says who gets what the tenant's key has signed. The key or secret is no part of it.
 */
export const ConnectionTerms = z.discriminatedUnion('kind', [
  SalesforceTerms,
  GenericHttpTerms,
  DataverseTerms,
  HubSpotTerms,
  ZendeskTerms,
]);
export type ConnectionTerms = z.infer<typeof ConnectionTerms>;
export type ConnectionKind = ConnectionTerms['kind'];
