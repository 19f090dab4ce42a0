import { z } from 'zod';
import type { CrmWriter } from './crm-writer.js';
import { DataverseConnection, DataverseWriter } from './dataverse/dataverse-writer.js';
import { GenericHttpConnection, GenericHttpWriter } from './generic-http/generic-http-writer.js';
import { HubSpotConnection, HubSpotWriter } from './hubspot/hubspot-writer.js';
import { SalesforceConnection, SalesforceWriter } from './salesforce/salesforce-writer.js';
import { ZendeskConnection, ZendeskWriter } from './zendesk/zendesk-writer.js';

/** One CRM connection of a cell; `kind` names the folder that speaks its protocol. */
export const CrmConnection = z.discriminatedUnion('kind', [
  GenericHttpConnection,
  SalesforceConnection,
  HubSpotConnection,
  DataverseConnection,
  ZendeskConnection,
]);
export type CrmConnection = z.infer<typeof CrmConnection>;

/** All connections of a cell, as written in the connections file. */
export const CrmConnections = z.array(CrmConnection).superRefine((connections, context) => {
  const names = connections.map(({ name }) => name);
  for (const name of new Set(names.filter((each, index) => names.indexOf(each) !== index)))
    context.addIssue({ code: 'custom', message: `connection ${name} is named twice` });
});
export type CrmConnections = z.infer<typeof CrmConnections>;

type ByKind = { readonly [C in CrmConnection as C['kind']]: C };
type OfKind<K extends keyof ByKind> = { [P in K]: ByKind[P] & { readonly kind: P } }[K];

/** The CRMs that can be written to: a new one is one row here, and its folder. */
const WRITERS: {
  readonly [K in keyof ByKind]: (connection: OfKind<K>, authority: string) => CrmWriter;
} = {
  'generic-http': (connection, authority) => new GenericHttpWriter(connection, authority),
  salesforce: (connection, authority) => new SalesforceWriter(connection, authority),
  hubspot: (connection, authority) => new HubSpotWriter(connection, authority),
  dataverse: (connection, authority) => new DataverseWriter(connection, authority),
  zendesk: (connection, authority) => new ZendeskWriter(connection, authority),
};

/**
 * Opens a connection to a CRM whose certificate is of a public authority or of this one (PEM). Nothing is sent before the
 * first write.
 */
export const openCrm = <K extends keyof ByKind>(connection: OfKind<K>, authority: string): CrmWriter =>
  WRITERS[connection.kind](connection, authority);
