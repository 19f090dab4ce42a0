import { createRequire } from 'node:module';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { WebhookDelivery } from '../crm-webhook-delivery.js';
import { codeOf, deliveryOf } from '../crm-webhook.test-kit.js';
import { hubSpotSignature, signedUri } from './hubspot-signature.js';
import { HubSpotWebhook, openHubSpot } from './hubspot-webhook.js';

const SECRET = 'yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy';
const NEXT = 'zzzzzzzz-zzzz-zzzz-zzzz-zzzzzzzzzzzz';
const URI = 'https://www.example.com/webhook_uri';
const NOW = 1_700_000_000_000;

const webhook = (changes: object = {}) =>
  openHubSpot(
    HubSpotWebhook.parse({
      kind: 'hubspot',
      portalId: 62515,
      crmObject: 'contact',
      object: 'Contact',
      url: URI,
      ...changes,
    }),
  );
const signed = (body: unknown, timestamp = NOW, secret = SECRET, url = URI): WebhookDelivery => {
  const plain = deliveryOf(body);
  const signature = hubSpotSignature('v3', secret, { ...plain, url }, String(timestamp));
  const headers = { 'x-hubspot-signature-v3': signature, 'x-hubspot-request-timestamp': String(timestamp) };
  return { ...plain, headers };
};
const verified = (delivery: WebhookDelivery, changes: object = {}, secrets = [SECRET]): string =>
  codeOf(() => webhook(changes).verify(delivery, secrets, NOW));

/** A batch as HubSpot documents it. https://developers.hubspot.com/docs/faq/v1-request-validation */
const V1_BODY =
  '[{"eventId":1,"subscriptionId":12345,"portalId":62515,"occurredAt":1564113600000,"subscriptionType":"contact.creation","attemptNumber":0,"objectId":123,"changeSource":"CRM","changeFlag":"NEW","appId":54321}]';

describe("HubSpot's own vectors", () => {
  // https://developers.hubspot.com/docs/faq/v1-request-validation, v2-request-validation, and HubSpot's client's own tests.
  const V2_BODY = '{"example_field":"example_value"}';
  it.each([
    ['v1', 'POST', V1_BODY, '', '232db2615f3d666fe21a8ec971ac7b5402d33b9a925784df3ca654d05f4817de'],
    ['v2', 'GET', '', '', 'eee2dddcc73c94d699f5e395f4b9d454a069a6855fbfa152e91e88823087200e'],
    ['v2', 'POST', V2_BODY, '', '9569219f8ba981ffa6f6f16aa0f48637d35d728c7e4d93d0d52efaa512af7900'],
    // HubSpot publishes no value for v3; this one was made by its client, @hubspot/api-client 14.0.1.
    ['v3', 'POST', V2_BODY, '1700000000000', 'rQEKkaNUiu+1qGF//O/pw4BCzstSqO1PyUnGICmf+7o='],
  ] as const)('%s %s', (version, method, body, timestamp, signature) => {
    const request = { method, url: URI, body: Buffer.from(body) };
    expect(hubSpotSignature(version, SECRET, request, timestamp)).toBe(signature);
    const headers =
      version === 'v3'
        ? { 'x-hubspot-signature-v3': signature, 'x-hubspot-request-timestamp': timestamp }
        : { 'x-hubspot-signature': signature, 'x-hubspot-signature-version': version };
    const accepting = { signatures: [version] };
    expect(verified({ ...request, headers }, accepting)).toBe('none');
    expect(verified({ ...request, headers, body: Buffer.from(`${body} `) }, accepting)).toBe(
      'signature-invalid',
    );
  });

  const client = process.env['BAILIWICK_HUBSPOT_CLIENT'];
  it.skipIf(client === undefined)('its client signs what is verified here, where it is installed', () => {
    const { Signature } = createRequire(import.meta.url)(client ?? '') as {
      Signature: { getSignature(method: string, version: string, options: object): string };
    };
    const parts = fc.record({ secret: fc.string({ minLength: 1 }), body: fc.json(), path: fc.webUrl() });
    fc.assert(
      fc.property(parts, fc.constantFrom('v1', 'v2', 'v3'), ({ secret, body, path }, version) => {
        // The client leaves it to its caller to decode the URI.
        const options = { clientSecret: secret, requestBody: body, url: signedUri(path), timestamp: NOW };
        const request = { method: 'POST', url: signedUri(path), body: Buffer.from(body) };
        expect(hubSpotSignature(version, secret, request, String(NOW))).toBe(
          Signature.getSignature('POST', version, options).toString(),
        );
      }),
    );
  });
});

describe('a delivery of HubSpot is what it says', () => {
  it('decodes the documented characters of the URI before it is signed, once, and no others', () => {
    expect(signedUri('https://x/%3A%2f%3F%40%21%24%27%28%29%2A%2C%3B')).toBe("https://x/:/?@!$'()*,;");
    expect(signedUri('https://x/%253A?a=%20%26%3D%25%C3%A4+b')).toBe(
      'https://x/%253A?a=%20%26%3D%25%C3%A4+b',
    );
    const url = 'https://www.example.com/hook?to=a%40b%3Ac%20d';
    expect(verified(signed([], NOW, SECRET, 'https://www.example.com/hook?to=a@b:c%20d'), { url })).toBe(
      'none',
    );
  });

  it('signs the address that was called where none is registered', () => {
    const delivery = signed([], NOW, SECRET, 'https://ingest.example/v1/webhooks/w1');
    expect(verified(delivery, { url: undefined })).toBe('none');
    expect(verified(delivery)).toBe('signature-invalid');
  });

  it('takes five minutes either way and no more, and either secret while one is rotated', () => {
    for (const offset of [-300_000, 0, 300_000]) expect(verified(signed([], NOW + offset))).toBe('none');
    for (const offset of [-300_001, 300_001])
      expect(verified(signed([], NOW + offset))).toBe('signature-stale');
    expect(verified(signed([], NOW, NEXT), {}, [SECRET, NEXT])).toBe('none');
    expect(verified(signed([], NOW, NEXT))).toBe('signature-invalid');
  });

  it('a worse signature is no way round a better one, nor round what the registration takes', () => {
    const body = Buffer.from('[]');
    const v1 = { 'x-hubspot-signature': hubSpotSignature('v1', SECRET, { method: 'POST', url: URI, body }) };
    const all = { signatures: ['v3', 'v2', 'v1'] };
    expect(verified(deliveryOf('[]', v1), all)).toBe('none');
    expect(verified(deliveryOf('[]', v1))).toBe('signature-invalid');
    const forged = { ...v1, 'x-hubspot-signature-v3': 'AAAA', 'x-hubspot-request-timestamp': String(NOW) };
    expect(verified(deliveryOf('[]', forged), all)).toBe('signature-invalid');
    expect(verified(deliveryOf('[]', { 'x-hubspot-signature-v3': 'AAAA' }), all)).toBe('signature-invalid');
    expect(verified(deliveryOf('[]'), all)).toBe('signature-invalid');
  });

  it('any changed byte of body, time or address is refused', () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(), fc.integer({ min: 1, max: 255 }), (text, at, by) => {
        const genuine = signed(text);
        const altered = Buffer.from(genuine.body);
        altered[at % altered.length] = (altered[at % altered.length] ?? 0) ^ by;
        expect(verified(genuine)).toBe('none');
        expect(verified({ ...genuine, body: altered })).toBe('signature-invalid');
        expect(verified({ ...genuine, method: 'PUT' })).toBe('signature-invalid');
        expect(verified(genuine, { url: `${URI}?` })).toBe('signature-invalid');
      }),
    );
  });
});

describe('what a batch says', () => {
  const EVENT = {
    eventId: 1,
    subscriptionId: 12345,
    portalId: 62515,
    occurredAt: 1_564_113_600_000,
    subscriptionType: 'contact.propertyChange',
    attemptNumber: 0,
    objectId: 123,
    propertyName: 'lastname',
    propertyValue: 'Moreau',
    changeSource: 'CRM_UI',
    sourceId: 'userId:7',
    appId: 54321,
  };
  const read = (events: unknown, changes: object = {}) => webhook(changes).read(deliveryOf(events));

  it('a changed property is a record of this one property', () => {
    expect(read([EVENT]).changes).toEqual([
      {
        sourceId: '62515/12345/1/1564113600000/123/lastname',
        object: 'Contact',
        recordId: '123',
        fields: { lastname: 'Moreau' },
        occurredAt: new Date('2019-07-26T04:00:00Z'),
        source: null,
        purpose: null,
        traceparent: null,
      },
    ]);
  });

  it('a repeated attempt has the ids of the first, and no two of 100 events have the same', () => {
    const events = Array.from({ length: 100 }, (_, n) => ({ ...EVENT, eventId: 1, objectId: n }));
    const again = events.map((event) => ({ ...event, attemptNumber: 3 }));
    const ids = (batch: object[]) => read(batch).changes.map(({ sourceId }) => sourceId);
    expect(ids(again)).toEqual(ids(events));
    expect(new Set(ids(events)).size).toBe(100);
  });

  it('privacy deletions are erasures of whatever object, and nothing else is dropped unnamed', () => {
    const type = (subscriptionType: string, more: object = {}) => ({ ...EVENT, subscriptionType, ...more });
    const { changes, erasures, passed } = read([
      type('contact.privacyDeletion'),
      type('conversation.privacyDeletion'),
      type('contact.creation'),
      type('contact.deletion'),
      type('contact.merge'),
      type('deal.propertyChange'),
      type('object.propertyChange', { objectTypeId: '0-3' }),
    ]);
    expect(changes).toEqual([]);
    expect(erasures).toMatchObject([
      { object: 'Contact', recordId: '123' },
      { object: 'conversation', recordId: '123' },
    ]);
    expect(passed).toEqual(['no-fields', 'deleted', 'no-fields', 'other-object', 'other-object']);
  });

  it('reads the generic subscriptions by the type id of the object', () => {
    const generic = { ...EVENT, subscriptionType: 'object.propertyChange', objectTypeId: '2-77' };
    expect(read([generic], { crmObject: '2-77' }).changes).toHaveLength(1);
    expect(read([generic], { crmObject: 'contact' }).passed).toEqual(['other-object']);
  });

  it('an event that HubSpot documents, of a record without a property, is passed over', () => {
    expect(webhook().read(deliveryOf(V1_BODY))).toEqual({
      changes: [],
      toFetch: [],
      erasures: [],
      passed: ['no-fields'],
    });
  });

  it('passes over our own write-backs', () => {
    expect(read([EVENT], { ownSource: 'userId:7' }).passed).toEqual(['own-write-back']);
  });

  it.each([
    ['another account', 'scope-insufficient', [{ ...EVENT, portalId: 1 }]],
    ['more events than are read', 'event-invalid', Array.from({ length: 1001 }, () => EVENT)],
    ['an event without its time', 'event-invalid', [{ ...EVENT, occurredAt: undefined }]],
    ['a change of nothing', 'event-invalid', [{ ...EVENT, objectId: undefined }]],
    ['a type that is none', 'event-invalid', [{ ...EVENT, subscriptionType: 'contact' }]],
    ['no JSON', 'body-not-json', '[{'],
    ['no text', 'body-not-utf8', Buffer.from([0xff])],
  ])('refuses %s with %s', (_case, code, body) => {
    expect(codeOf(() => read(body))).toBe(code);
  });
});
