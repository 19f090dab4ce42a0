import { createHash } from 'node:crypto';
import { BailiwickError } from '@bailiwick/platform';
import { z } from 'zod';
import { ABOUT, readJson } from '../crm-webhook-body.js';
import type { BorrowToRead } from '../credential-service.js';
import {
  headerOf,
  oneChange,
  passedOver,
  plainChange,
  type PushedChange,
  type WebhookContent,
  type WebhookDelivery,
  type WebhookProtocol,
} from '../crm-webhook-delivery.js';
import { checkGenuine, madeByOne, same, unsigned } from '../crm-webhook-signature.js';
import { DataverseRows, DataverseRowsAt } from './dataverse-rows.js';
import { readExecution } from './execution-context.js';

/** Webhook of a Dataverse environment. Dataverse signs nothing: its secret is a key that every request carries. */
export const DataverseWebhook = z.strictObject({
  kind: z.literal('dataverse'),
  ...ABOUT,
  /** Where the key is: in a header (`HttpHeader`), or in the query (`code` of `WebhookKey`, or a name of `HttpQueryString`). */
  key: z
    .strictObject({ in: z.enum(['header', 'query']), name: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/) })
    .default({ in: 'query', name: 'code' }),
  /** Id of the user whose changes are write-backs of ours; they are passed over. */
  ownUser: z.guid().toLowerCase().optional(),
  /** Where the row of a message over 256 KB is read, which comes without it; absent: such a message is refused. */
  fetch: DataverseRowsAt.optional(),
});
export type DataverseWebhook = z.infer<typeof DataverseWebhook>;

function verify({ key }: DataverseWebhook, delivery: WebhookDelivery, secrets: readonly string[]): void {
  const given =
    key.in === 'header'
      ? headerOf(delivery, key.name.toLowerCase())
      : URL.parse(delivery.url)?.searchParams.get(key.name);
  if (given === undefined || given === null) throw unsigned('the delivery carries no key');
  checkGenuine(madeByOne(secrets, (secret) => same(given, secret)));
}

const NO_OPERATION = '00000000-0000-0000-0000-000000000000';
const CHANGES = new Set(['Create', 'Update', 'Upsert']);

function read(
  delivery: WebhookDelivery,
  webhook: DataverseWebhook,
  rows: DataverseRows | null,
): WebhookContent {
  const { crmObject, object = crmObject, ownUser } = webhook;
  const { message, entity, recordId, user, operationId, at, fields } = readExecution(readJson(delivery.body));
  if (entity !== crmObject) return passedOver('other-object');
  if (message === 'Delete') return passedOver('deleted');
  if (!CHANGES.has(message)) return passedOver('no-fields');
  if (user === ownUser) return passedOver('own-write-back');
  // A synchronous step has no operation id; its message is the same for every delivery of it.
  const sourceId =
    operationId === NO_OPERATION
      ? `sha256/${createHash('sha256').update(delivery.body).digest('hex')}`
      : `${operationId}/${recordId}`;
  const change = { sourceId, object, recordId, occurredAt: at };
  const exceeded = headerOf(delivery, 'x-ms-dynamics-msg-size-exceeded') !== undefined;
  if (fields !== null && !exceeded) return oneChange(plainChange({ ...change, fields }));
  if (rows === null)
    throw new BailiwickError(
      'webhook-truncated',
      'the message was over 256 KB and came without its row; register where it is fetched, or send fewer columns',
    );
  const fetchRow = async (): Promise<PushedChange | null> => {
    const row = await rows.read(recordId);
    return row === null ? null : plainChange({ ...change, fields: row });
  };
  return { changes: [], toFetch: [fetchRow], erasures: [], passed: [] };
}

/** Opens a Dataverse webhook. */
export function openDataverse(webhook: DataverseWebhook, borrow: BorrowToRead): WebhookProtocol {
  const { fetch: at, crmObject, object = crmObject } = webhook;
  const rows =
    at === undefined ? null : new DataverseRows(at, () => borrow({ object, connection: at.connection }));
  return {
    verify: (delivery, secrets) => verify(webhook, delivery, secrets),
    read: (delivery) => read(delivery, webhook, rows),
  };
}
