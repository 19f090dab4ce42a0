import { z } from 'zod';
import type { CrmWriter } from './crm-writer.js';
import { GenericHttpWriter } from './generic-http/generic-http-writer.js';

/** A CRM behind the generic HTTP interface. */
const GenericHttpConnection = z.strictObject({
  /** What a purpose names as its write-back target. */
  name: z.string().regex(/^[a-z][a-z0-9-]{1,60}$/),
  kind: z.literal('generic-http'),
  /** Base address, `https` only. */
  url: z.url({ protocol: /^https$/ }),
  /** How long one request may take, in milliseconds. */
  timeoutMs: z.int().positive().default(10_000),
});

/** One CRM connection of a cell; `kind` names the folder that speaks its protocol. */
export const CrmConnection = z.discriminatedUnion('kind', [GenericHttpConnection]);
export type CrmConnection = z.infer<typeof CrmConnection>;

/** All connections of a cell, as written in the connections file. */
export const CrmConnections = z.array(CrmConnection).superRefine((connections, context) => {
  const names = connections.map(({ name }) => name);
  for (const name of new Set(names.filter((each, index) => names.indexOf(each) !== index)))
    context.addIssue({ code: 'custom', message: `connection ${name} is named twice` });
});
export type CrmConnections = z.infer<typeof CrmConnections>;

/**
 * Opens a connection to a CRM whose certificate is of a public authority or of this one (PEM). Nothing is sent before the
 * first write.
 */
export function openCrm(connection: CrmConnection, authority: string): CrmWriter {
  switch (connection.kind) {
    case 'generic-http':
      return new GenericHttpWriter(connection, authority);
  }
}
