import { CloudEvent, HTTP } from 'cloudevents';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codeOf, deliveryOf } from '../crm-webhook.test-kit.js';
import { CloudEventsWebhook, openCloudEvents } from './cloudevents-webhook.js';

const TOKEN = 't'.repeat(32);
const ORIGIN = { 'webhook-request-origin': 'eventemitter.example.com' };
const webhook = (changes: object = {}) =>
  openCloudEvents(
    CloudEventsWebhook.parse({ kind: 'cloudevents', origins: ['eventemitter.example.com'], ...changes }),
  );

describe('a delivery carries an access token and its origin', () => {
  const verified = (headers: Record<string, string>, query = ''): string =>
    codeOf(() =>
      webhook().verify(
        deliveryOf('', headers, `https://ingest.example/v1/webhooks/w1${query}`),
        ['o'.repeat(32), TOKEN],
        0,
      ),
    );

  it('in the header or in the query', () => {
    expect(verified({ ...ORIGIN, authorization: `Bearer ${TOKEN}` })).toBe('none');
    expect(verified(ORIGIN, `?p=q&access_token=${TOKEN}`)).toBe('none');
  });

  it.each([
    ['no token', ORIGIN, '', 'signature-invalid'],
    ['another token', { ...ORIGIN, authorization: `Bearer ${TOKEN}x` }, '', 'signature-invalid'],
    ['another scheme', { ...ORIGIN, authorization: `Basic ${TOKEN}` }, '', 'signature-invalid'],
    [
      'a wrong header beside a right query',
      { ...ORIGIN, authorization: 'Bearer x' },
      `?access_token=${TOKEN}`,
      'signature-invalid',
    ],
    ['no origin', { authorization: `Bearer ${TOKEN}` }, '', 'scope-insufficient'],
    [
      'another origin',
      { authorization: `Bearer ${TOKEN}`, 'webhook-request-origin': 'evil.example' },
      '',
      'scope-insufficient',
    ],
  ])('refuses %s', (_case, headers, query, code) => expect(verified(headers, query)).toBe(code));
});

describe('the handshake', () => {
  const asked = (headers: Record<string, string>, changes: object = {}) =>
    webhook(changes).consent?.({ ...deliveryOf('', headers), method: 'OPTIONS' });

  it('grants the origin that is registered, at the rate that was asked for and is permitted', () => {
    const grant = (rate: string) => ({
      headers: {
        allow: 'POST',
        'webhook-allowed-origin': 'eventemitter.example.com',
        'webhook-allowed-rate': rate,
      },
      callback: null,
    });
    expect(asked({ ...ORIGIN, 'webhook-request-rate': '120' })).toEqual(grant('120'));
    expect(asked({ ...ORIGIN, 'webhook-request-rate': '99999' })).toEqual(grant('600'));
    expect(asked(ORIGIN, { requestsPerMinute: 5 })).toEqual(grant('5'));
  });

  it.each([
    ['another origin', { 'webhook-request-origin': 'evil.example' }],
    ['no origin', {}],
    ['a rate that is none', { ...ORIGIN, 'webhook-request-rate': '0' }],
    ['a rate that is a sentence', { ...ORIGIN, 'webhook-request-rate': '1e3' }],
  ])('consents to nothing for %s', (_case, headers) => {
    expect(asked(headers)).toEqual({ headers: { allow: 'POST' }, callback: null });
  });

  it('grants by callback where the registration names its host, and calls no other address', () => {
    const callback = 'https://example.com/confirm?id=12345&key=abc';
    const at = { ...ORIGIN, 'webhook-request-callback': callback, 'webhook-request-rate': '7' };
    const granted = { 'webhook-allowed-origin': 'eventemitter.example.com', 'webhook-allowed-rate': '7' };
    expect(asked(at, { callbackHosts: ['example.com'] })).toEqual({
      headers: { allow: 'POST' },
      callback: { url: callback, headers: granted },
    });
    for (const other of [
      'http://example.com/',
      'https://example.com.evil/',
      'https://u:p@example.com/',
      'https://[::1]/',
      'x',
    ])
      expect(
        asked({ ...at, 'webhook-request-callback': other }, { callbackHosts: ['example.com'] })?.callback,
      ).toBeNull();
    expect(asked(at)).toEqual({ headers: { allow: 'POST', ...granted }, callback: null });
  });
});

describe("what the CloudEvents project's own SDK sends is read", () => {
  const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 });
  const event = fc.record({
    id: text,
    subject: text,
    time: fc
      .date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true })
      .map((at) => at.toISOString()),
    fields: fc.dictionary(fc.stringMatching(/^[A-Za-z]{1,8}$/), fc.jsonValue({ maxDepth: 2 }), {
      minKeys: 1,
    }),
  });
  const made = ({
    id,
    subject,
    time,
    fields,
  }: Readonly<Record<'id' | 'subject' | 'time', string>> & { fields: object }) =>
    new CloudEvent({ id, subject, time, source: '/crm', type: 'changed', data: { object: 'Case', fields } });
  const expected = ({ id, subject, time, fields }: Parameters<typeof made>[0]): object => ({
    sourceId: id,
    recordId: subject,
    occurredAt: time,
    fields,
    object: 'Case',
    source: '/crm',
    purpose: null,
    traceparent: null,
  });
  const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
  const lower = (headers: object): Record<string, string> =>
    Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]));

  it('structured, and many as a batch', () => {
    fc.assert(
      fc.property(fc.array(event, { minLength: 1, maxLength: 5 }), (events) => {
        const messages = events.map((each) => HTTP.structured(made(each)));
        const [first] = messages;
        const single = deliveryOf(first?.body, lower(first?.headers ?? {}));
        expect(asJson(webhook().read(single).changes)).toEqual(asJson(events.slice(0, 1).map(expected)));
        const batch = deliveryOf(`[${messages.map(({ body }) => String(body)).join()}]`, {
          'content-type': 'application/cloudevents-batch+json',
        });
        expect(
          webhook()
            .read(batch)
            .changes.map(({ sourceId }) => sourceId),
        ).toEqual(events.map(({ id }) => id));
      }),
    );
  });

  it('binary', () => {
    const plain = event.map((each) => ({ ...each, id: encodeURIComponent(each.id), subject: 'r-1' }));
    fc.assert(
      fc.property(plain, (each) => {
        const { headers, body } = HTTP.binary(made(each));
        const [change] = webhook().read(deliveryOf(body, lower(headers))).changes;
        expect(change?.sourceId).toBe(decodeURIComponent(each.id));
        expect(JSON.stringify(change?.fields)).toBe(JSON.stringify(each.fields));
      }),
    );
  });

  it('what is in no mode of the binding is refused as a format', () => {
    const read = (headers: Record<string, string>) => codeOf(() => webhook().read(deliveryOf('{}', headers)));
    expect(read({ 'content-type': 'application/json' })).toBe('content-type-unsupported');
    expect(read({ 'content-type': 'application/cloudevents+avro' })).toBe('content-type-unsupported');
    expect(read({ 'content-type': 'application/cloudevents+json', 'content-encoding': 'gzip' })).toBe(
      'content-type-unsupported',
    );
  });
});
