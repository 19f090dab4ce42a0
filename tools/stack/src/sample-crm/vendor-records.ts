import { randomUUID } from 'node:crypto';
import { JsonObject } from '@bailiwick/domain';
import { z } from 'zod';
import type { CrmStore } from './crm-store.js';
import type { RecordsAnswer } from './records-api.js';

/** One request for a record, by somebody who is logged in for a tenant. */
export interface VendorRequest {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
  readonly tenant: string;
}

const Properties = z.object({ properties: JsonObject });
const Ticket = z.object({
  ticket: JsonObject.and(
    z.object({ custom_fields: z.array(z.object({ id: z.int(), value: z.json() })).default([]) }),
  ),
});

/** How a vendor's requests for records look, and what is written by one. */
interface Vendor {
  readonly method: string;
  /** Object and id. */
  readonly path: RegExp;
  readonly fields: (body: unknown) => JsonObject | undefined;
  readonly written: (id: string, fields: JsonObject) => RecordsAnswer;
}

const VENDORS: readonly Vendor[] = [
  {
    method: 'PATCH',
    path: /^\/crm\/v3\/objects\/([^/]+)\/([^/]+)$/,
    fields: (body) => Properties.safeParse(body).data?.properties,
    written: (id, properties) => [200, { id, properties }],
  },
  {
    method: 'PATCH',
    path: /^\/api\/data\/v9\.\d\/([^/(]+)\(([^)]+)\)$/,
    fields: (body) => JsonObject.safeParse(body).data,
    written: () => [204, null],
  },
  {
    method: 'PUT',
    path: /^\/api\/v2\/(tickets)\/(\d+)(?:\.json)?$/,
    fields: (body) => {
      const { custom_fields: custom = [], ...fields } = Ticket.safeParse(body).data?.ticket ?? {};
      return { ...fields, ...Object.fromEntries(custom.map(({ id, value }) => [String(id), value])) };
    },
    written: (id, fields) => [200, { ticket: { ...fields, id: Number(id) } }],
  },
];

/**
 * Records by the interfaces of HubSpot, Dataverse and Zendesk, as far as write-back without comparison needs them. A development tool: it
 * knows no fields, and every record is there. Null for what is none of their paths.
 */
export function vendorRecord(
  store: CrmStore,
  { method, path, body, tenant }: VendorRequest,
): RecordsAnswer | null {
  for (const vendor of VENDORS) {
    const [named, id] = vendor.path.exec(path)?.slice(1).map(decodeURIComponent) ?? [];
    if (named === undefined || id === undefined) continue;
    if (method !== vendor.method) return [405, { error: 'method not allowed' }];
    const fields = vendor.fields(body);
    if (!fields || Object.keys(fields).length === 0) return [400, { error: 'nothing to write' }];
    store.write({ tenant, object: named, recordId: id, fields, idempotencyKey: randomUUID() });
    return vendor.written(id, fields);
  }
  return null;
}

/** Whether a path is one of theirs. */
export const isVendorPath = (path: string): boolean => VENDORS.some((vendor) => vendor.path.test(path));
