import { JsonObject, type Json } from '@bailiwick/domain';
import { z } from 'zod';
import type { CrmChange, PassedOver } from '../crm-source.js';
import type { EventSchema } from './event-schema.js';
import { fieldsInBitmaps } from './field-bitmap.js';

/** Record ids of Salesforce: 15 characters, and three more that are a checksum. */
export const RECORD_ID = /^[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?$/;
const HEADER = 'ChangeEventHeader';

/**
 * Header of a change event.
 * https://developer.salesforce.com/docs/atlas.en-us.change_data_capture.meta/change_data_capture/cdc_event_fields_header.htm
 */
const Header = z.object({
  entityName: z.string().regex(/^[A-Za-z][A-Za-z0-9_]{0,79}$/),
  recordIds: z.array(z.string().max(64)),
  changeType: z.enum([
    'CREATE',
    'UPDATE',
    'DELETE',
    'UNDELETE',
    'GAP_CREATE',
    'GAP_UPDATE',
    'GAP_DELETE',
    'GAP_UNDELETE',
    'GAP_OVERFLOW',
  ]),
  changeOrigin: z.string().max(1000),
  transactionKey: z.string().min(1).max(100),
  sequenceNumber: z.int(),
  commitTimestamp: z.int().nonnegative(),
  nulledFields: z.array(z.string()).default([]),
  diffFields: z.array(z.string()).default([]),
  changedFields: z.array(z.string()).default([]),
});

/** Records whose changes did not come through the stream. */
export interface Gap {
  /** Object whose records they are, for example `Case`. */
  readonly object: string;
  /** The records, or null: all that changed since. */
  readonly recordIds: readonly string[] | null;
  /** Milliseconds since the epoch. */
  readonly since: number;
}

/** What a change event says. */
export type ChangeEvent =
  | {
      readonly kind: 'changes';
      readonly changes: readonly CrmChange[];
      /** Fields of them whose new value the event does not hold, only how the text differs. */
      readonly withheld: readonly string[];
    }
  | { readonly kind: 'gap'; readonly reason: string; readonly gap: Gap }
  | { readonly kind: 'passed'; readonly reason: PassedOver };

/** Where in its transaction an event stands, and when that was committed. */
export interface ChangeOrder {
  readonly transactionKey: string;
  readonly sequenceNumber: number;
  /** Milliseconds since the epoch. */
  readonly committedAt: number;
}

/** Whose changes matter, and which of them are our own. */
export interface ChangeFilter {
  /** Object that the purpose is about; events of others are passed over. */
  readonly object: string;
  /** Name under which our own write-backs call the CRM (`Sforce-Call-Options: client=…`). */
  readonly ownClient: string;
}

/** How long before its commit a change of the same transaction may carry the time of, in milliseconds. */
export const LONGEST_TRANSACTION_MS = 15 * 60_000;

/** True for an event of change data capture, false for a platform event. */
export const isChangeEvent = (schema: EventSchema): boolean => schema.fields[0]?.name === HEADER;

/**
 * Reads one event of change data capture. A field that the event does not name as changed is null and means nothing; one that it names
 * as nulled is null and means that. Throws when the event is none.
 */
export function readChangeEvent(
  payload: Readonly<Record<string, unknown>>,
  schema: EventSchema,
  { object, ownClient }: ChangeFilter,
  eventId: string,
): ChangeEvent & { readonly order: ChangeOrder } {
  const header = Header.parse(payload[HEADER]);
  const { entityName, changeType, recordIds, transactionKey, sequenceNumber, commitTimestamp } = header;
  const order = { transactionKey, sequenceNumber, committedAt: commitTimestamp };
  const passed = (reason: PassedOver): ChangeEvent & { order: ChangeOrder } => ({
    kind: 'passed',
    reason,
    order,
  });
  const gap = (reason: string, ids: readonly string[] | null, since: number) =>
    ({ kind: 'gap', reason, gap: { object, recordIds: ids, since }, order }) as const;

  if (entityName !== object) return passed('other-object');
  if (changeType === 'DELETE' || changeType === 'GAP_DELETE') return passed('deleted');
  if (changeType === 'GAP_OVERFLOW') return gap('overflow', null, commitTimestamp - LONGEST_TRANSACTION_MS);
  if (recordIds.length === 0) throw new TypeError('a change of no record');
  // The prefix of the object and a star: a conversion of a field changed every record of it.
  if (recordIds.some((id) => id.endsWith('*'))) return gap('wildcard', null, commitTimestamp);
  if (!recordIds.every((id) => RECORD_ID.test(id))) throw new TypeError('not an id of a record');
  if (changeType.startsWith('GAP_')) return gap('gap-event', recordIds, commitTimestamp);
  if (isOwn(header.changeOrigin, ownClient)) return passed('own-write-back');

  const { fields, withheld } = changedValues(payload, schema, header);
  if (Object.keys(fields).length === 0 && withheld.length === 0) return passed('no-fields');
  const id = eventId === '' ? `${transactionKey}/${sequenceNumber}` : eventId;
  const changes = recordIds.map((recordId) => ({
    sourceId: `${id}/${recordId}`,
    object,
    recordId,
    fields,
    occurredAt: new Date(commitTimestamp),
  }));
  return { kind: 'changes', changes, withheld, order };
}

/** `com/salesforce/api/rest/60.0;client=<name>`: the API and the client that made the change. */
const isOwn = (changeOrigin: string, ownClient: string): boolean =>
  changeOrigin.split(';').slice(1).includes(`client=${ownClient}`);

function changedValues(
  payload: Readonly<Record<string, unknown>>,
  schema: EventSchema,
  header: z.infer<typeof Header>,
): { readonly fields: JsonObject; readonly withheld: readonly string[] } {
  const values = JsonObject.parse(JSON.parse(JSON.stringify({ ...payload, [HEADER]: undefined })));
  const nulled = fieldsInBitmaps(header.nulledFields, schema.fields);
  const withheld = fieldsInBitmaps(header.diffFields, schema.fields);
  const isNew = header.changeType === 'CREATE' || header.changeType === 'UNDELETE';
  const named = isNew
    ? Object.keys(values).filter((name) => values[name] !== null)
    : fieldsInBitmaps(header.changedFields, schema.fields);
  const fields: Record<string, Json> = {};
  for (const name of [...named, ...nulled]) {
    if (name === HEADER || withheld.includes(name)) continue;
    const isNulled = nulled.includes(name);
    setPath(fields, name.split('.'), isNulled ? null : valueAt(values, name.split('.')));
  }
  return { fields, withheld };
}

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function valueAt(values: JsonObject, [name = '', ...rest]: readonly string[]): Json {
  const value = Object.hasOwn(values, name) ? values[name] : undefined;
  if (value === undefined) return null;
  if (rest.length > 0) return isObject(value) ? valueAt(value, rest) : null;
  return isObject(value) ? definedOf(value) : value;
}

/** A compound field without those of its fields that are null. */
const definedOf = (value: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== null));

function setPath(target: Record<string, Json>, [name = '', ...rest]: readonly string[], value: Json): void {
  if (rest.length === 0) {
    target[name] = value;
    return;
  }
  const inner = target[name];
  const next: Record<string, Json> = isObject(inner) ? { ...inner } : {};
  setPath(next, rest, value);
  target[name] = next;
}
