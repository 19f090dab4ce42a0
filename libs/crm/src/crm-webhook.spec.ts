import { BailiwickError } from '@bailiwick/platform';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CrmWebhook, openWebhook } from './crm-webhook.js';
import { deliveryOf, nothingLent } from './crm-webhook.test-kit.js';

const CANARY = 'canary-5d11';
/** How long each kind is fuzzed; longer by hand. */
const FUZZ_MS = Number(process.env['BAILIWICK_FUZZ_MS'] ?? 120);
const KINDS = [
  { kind: 'bailiwick' },
  { kind: 'hubspot', portalId: 1, crmObject: 'contact', signatures: ['v3', 'v2', 'v1'] },
  { kind: 'zendesk', crmObject: 'ticket' },
  { kind: 'dataverse', crmObject: 'contact' },
  { kind: 'cloudevents', origins: ['a.example'] },
].map((entry) => CrmWebhook.parse(entry));

/** Names that the forms of the kinds have, so that what is made up comes further than the first of them. */
const NAMES = [
  'id',
  'source',
  'subject',
  'data',
  'object',
  'fields',
  'specversion',
  'type',
  'time',
  'portalId',
  'eventId',
  'subscriptionId',
  'occurredAt',
  'subscriptionType',
  'objectId',
  'propertyName',
  'detail',
  'event',
  'zendesk_event_version',
  'PrimaryEntityName',
  'PrimaryEntityId',
  'InitiatingUserId',
  'OperationId',
  'OperationCreatedOn',
  'MessageName',
  'InputParameters',
  'key',
  'value',
  'Attributes',
  '__proto__',
  'constructor',
];
const VALUES = [
  1,
  0,
  -1,
  1e308,
  '1.0',
  'Case',
  'contact.propertyChange',
  'contact.privacyDeletion',
  'zen:event-type:ticket.created',
  '2026-01-01T00:00:00Z',
  '/Date(1)/',
  '/Date(999999999999999)/',
  'contact',
  'Update',
  'Target',
  '4af10637-4ea2-e711-8122-000d3aa2331c',
  null,
  true,
  CANARY,
];
const { value: shaped } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    fc.constantFrom(...VALUES),
    fc.string(),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...NAMES), tie('value'), { maxKeys: 12, noNullPrototype: true }),
  ),
}));
const body = fc.oneof(
  shaped.map((value) => Buffer.from(JSON.stringify(value) ?? '')),
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  fc.json().map((text) => Buffer.from(`${CANARY}${text}`)),
);
const headers = fc.dictionary(
  fc.constantFrom(
    'content-type',
    'content-encoding',
    'ce-specversion',
    'ce-id',
    'authorization',
    'webhook-request-origin',
    'webhook-request-rate',
    'webhook-request-callback',
    'x-hubspot-signature',
    'x-hubspot-signature-v3',
    'x-hubspot-request-timestamp',
    'x-hubspot-signature-version',
    'x-zendesk-webhook-signature',
    'x-zendesk-webhook-signature-timestamp',
    'bailiwick-timestamp',
    'bailiwick-signature',
  ),
  fc.oneof(
    fc.string(),
    fc.constantFrom(
      'application/cloudevents+json',
      'application/cloudevents-batch+json',
      'application/json',
      'v1',
      'v2',
      '1',
      '2026-01-01T00:00:00Z',
      'a.example',
      '%',
      CANARY,
    ),
  ),
  { noNullPrototype: true },
);

describe.each(KINDS)('whatever comes to a webhook of kind $kind', (entry) => {
  const webhook = openWebhook(entry, '/crm', nothingLent);
  const SECRET = 's'.repeat(40);

  it('is read or refused precisely, quickly, and no refusal quotes it', () => {
    fc.assert(
      fc.property(body, headers, (bytes, given) => {
        const delivery = deliveryOf(bytes, given, `https://h.example/w?code=${encodeURIComponent(CANARY)}`);
        for (const work of [
          () => webhook.verify(delivery, [SECRET], 0),
          () => webhook.read(delivery),
          () => webhook.consent?.(delivery),
        ])
          try {
            work();
          } catch (thrown) {
            expect(thrown).toBeInstanceOf(BailiwickError);
            expect((thrown as Error).message).not.toContain(CANARY);
            expect((thrown as BailiwickError).policy.http).toBeLessThan(500);
          }
      }),
      { numRuns: 10_000_000, interruptAfterTimeLimit: FUZZ_MS, markInterruptAsFailure: false },
    );
  });

  it('is never taken as signed', () => {
    fc.assert(
      fc.property(body, headers, (bytes, given) => {
        expect(() => webhook.verify(deliveryOf(bytes, given), [SECRET], 0)).toThrow(BailiwickError);
      }),
      { numRuns: 10_000_000, interruptAfterTimeLimit: FUZZ_MS / 2, markInterruptAsFailure: false },
    );
  });

  it('nesting without end is refused and not walked', () => {
    const deep = Buffer.from(`${'{"data":'.repeat(100_000)}1${'}'.repeat(100_000)}`);
    for (const type of ['application/cloudevents+json', 'application/json'])
      expect(() => webhook.read(deliveryOf(deep, { 'content-type': type }))).toThrow(BailiwickError);
  });
});
