import { SendRequest } from '@bailiwick/contracts';
import { openWebhook } from '@bailiwick/crm';
import { BailiwickError } from '@bailiwick/platform';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSendRequest } from '../stream/send-request.js';
import { crmEventOf, timeOf, type CrmEvent } from './crm-event.js';
import { readHttpEvents } from './http-binding.js';

const EVENT = {
  specversion: '1.0',
  id: 'e-1',
  source: '/sample-crm/cases',
  type: 'crm.record.changed',
  subject: '500XX0001',
  time: '2026-11-01T10:00:00Z',
  purpose: 'case-triage',
  data: { object: 'Case', fields: { Subject: 'Refund, please', Owner: { Name: 'Jane' } } },
};
const STRUCTURED = { 'content-type': 'application/cloudevents+json; charset=UTF-8' };
const BATCH = { 'content-type': 'application/cloudevents-batch+json' };
const bytes = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

function readOne(headers: Record<string, string>, body: Uint8Array): CrmEvent {
  const events = readHttpEvents(headers, body);
  if (events.mode !== 'single') throw new Error('not single');
  return events.read();
}
function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (thrown) {
    return BailiwickError.from(thrown).code;
  }
  return 'none';
}
const revealed = (event: CrmEvent): unknown => ({
  ...event,
  sourceId: event.sourceId.reveal(),
  recordId: event.recordId.reveal(),
  fieldsJson: JSON.parse(event.fieldsJson.reveal().toString()),
});
const EXPECTED = {
  source: '/sample-crm/cases',
  sourceId: 'e-1',
  purpose: 'case-triage',
  object: 'Case',
  recordId: '500XX0001',
  fieldsJson: EVENT.data.fields,
  occurredAt: new Date('2026-11-01T10:00:00Z'),
  traceparent: null,
};

describe('every form of one event reads the same', () => {
  it('structured', () => expect(revealed(readOne(STRUCTURED, bytes(EVENT)))).toEqual(EXPECTED));

  it('binary, with percent-encoded attributes', () => {
    const { data, specversion, time, ...attributes } = EVENT;
    const headers: Record<string, string> = {
      'content-type': 'application/json',
      'ce-specversion': specversion,
      'ce-time': encodeURIComponent(time),
    };
    for (const [name, value] of Object.entries(attributes)) headers[`ce-${name}`] = value;
    expect(revealed(readOne(headers, bytes(data)))).toEqual(EXPECTED);
  });

  it('batch', () => {
    const events = readHttpEvents(BATCH, bytes([EVENT, { id: 'e-2' }, 3]));
    if (events.mode !== 'batch') throw new Error('not a batch');
    expect(events.events.map(({ id }) => id)).toEqual(['e-1', 'e-2', null]);
    expect(events.events.map(({ read }) => codeOf(read))).toEqual(['none', 'event-invalid', 'event-invalid']);
  });

  it('gRPC', () => {
    const { source, id, purpose, data, subject, time } = EVENT;
    const request = SendRequest.fromPartial({
      source,
      id,
      purpose,
      object: data.object,
      recordId: subject,
      fieldsJson: bytes(data.fields),
      occurredAt: new Date(time),
    });
    expect(revealed(readSendRequest(request))).toEqual(EXPECTED);
  });

  const nothingLent = (): Promise<never> => Promise.reject(new Error('nothing is lent here'));

  it('webhook, which may leave out what its registration knows', () => {
    const { source: _source, specversion: _version, type: _type, ...rest } = EVENT;
    const webhookEvents = (body: Buffer, source: string): readonly CrmEvent[] =>
      openWebhook({ kind: 'bailiwick' }, source, nothingLent)
        .read({ method: 'POST', url: 'https://ingest.example/', headers: {}, body })
        .changes.map((change) => crmEventOf(change, source));
    expect(webhookEvents(bytes(rest), EVENT.source).map(revealed)).toEqual([EXPECTED]);
    expect(codeOf(() => webhookEvents(bytes(EVENT), '/other'))).toBe('scope-insufficient');
  });
});

describe('bad input is refused precisely', () => {
  const without = (name: string): unknown =>
    Object.fromEntries(Object.entries(EVENT).filter(([key]) => key !== name));
  const withData = (data: unknown): unknown => ({ ...EVENT, data });
  const nested = (depth: number): unknown => (depth === 0 ? 1 : { Name: nested(depth - 1) });

  it.each([
    ['not JSON', 'body-not-json', Buffer.from('{"a":')],
    ['nothing', 'body-not-json', Buffer.alloc(0)],
    ['a byte order mark', 'body-not-json', Buffer.from('\uFEFF{}')],
    ['invalid UTF-8', 'body-not-utf8', Buffer.from([0x22, 0xff, 0x22])],
    ['no subject', 'event-invalid', bytes(without('subject'))],
    ['no id', 'event-invalid', bytes(without('id'))],
    ['another version', 'event-invalid', bytes({ ...EVENT, specversion: '0.3' })],
    ['a time that is none', 'event-invalid', bytes({ ...EVENT, time: 'yesterday' })],
    [
      'a source with user information',
      'event-invalid',
      bytes({ ...EVENT, source: 'mailto:jane@example.org' }),
    ],
    ['no data', 'event-invalid', bytes(without('data'))],
    ['an unknown member of the data', 'event-invalid', bytes(withData({ ...EVENT.data, extra: 1 }))],
    ['zero fields', 'event-empty', bytes(withData({ object: 'Case', fields: {} }))],
    ['fields in a list', 'event-invalid', bytes(withData({ object: 'Case', fields: [1] }))],
    [
      'a value for a field name',
      'event-invalid',
      bytes(withData({ object: 'Case', fields: { 'a@b.org': 1 } })),
    ],
    [
      'a prototype for a field',
      'event-invalid',
      Buffer.from(
        JSON.stringify(withData({ object: 'Case', fields: { P: 1 } })).replace('"P"', '"__proto__"'),
      ),
    ],
    ['absurd nesting', 'event-invalid', bytes(withData({ object: 'Case', fields: nested(40) }))],
    ['an abyss', 'event-invalid', Buffer.from(`${'['.repeat(100_000)}${']'.repeat(100_000)}`)],
    [
      'half a character in the id',
      'event-invalid',
      Buffer.from(JSON.stringify(EVENT).replace('e-1', '\\ud800')),
    ],
  ])('%s: %s', (_case, code, body) => {
    expect(codeOf(() => readOne(STRUCTURED, body))).toBe(code);
  });

  it.each([
    ['no content type', {}],
    ['plain JSON without attributes', { 'content-type': 'application/json' }],
    ['another charset', { 'content-type': 'application/cloudevents+json; charset=latin1' }],
    ['a content coding', { ...STRUCTURED, 'content-encoding': 'gzip' }],
    ['binary data that is not JSON', { 'content-type': 'text/xml', 'ce-specversion': '1.0' }],
  ])('%s: content-type-unsupported', (_case, headers) => {
    expect(codeOf(() => readOne(headers as Record<string, string>, bytes(EVENT)))).toBe(
      'content-type-unsupported',
    );
  });

  it('clock skew: more than five minutes ahead is refused, less is not', () => {
    const now = new Date('2026-11-01T10:00:00Z');
    const at = (ms: number) => () => timeOf({ occurredAt: new Date(now.getTime() + ms) }, now);
    expect(codeOf(at(300_001))).toBe('event-time-skewed');
    expect(codeOf(at(299_999))).toBe('none');
    expect(codeOf(at(-now.getTime() - 1))).toBe('event-invalid');
    expect(codeOf(() => timeOf({ occurredAt: new Date(Number.NaN) }, now))).toBe('event-invalid');
    expect(timeOf({ occurredAt: null }, now)).toBe(now);
  });
});

describe('content never shows', () => {
  const SECRET = 'canary-7f3a';
  const leaks = (work: () => unknown): boolean => {
    try {
      work();
      return false;
    } catch (thrown) {
      const error = BailiwickError.from(thrown);
      return [error.message, error.detail, String(error.cause), error.stack].join().includes(SECRET);
    }
  };

  it('no refusal quotes what came, whatever came', () => {
    const leaf = fc.oneof(
      fc.constant(SECRET),
      fc.string().map((text) => text + SECRET),
      fc.integer(),
      fc.constant(null),
    );
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        leaf,
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(
          fc.oneof(fc.constantFrom(...Object.keys(EVENT), 'object', 'fields', SECRET), fc.string()),
          tie('value'),
          { maxKeys: 6 },
        ),
      ),
    }));
    const event = fc
      .tuple(fc.constantFrom(...Object.keys(EVENT)), value)
      .map(([name, changed]) => ({ ...EVENT, [name]: changed }));
    fc.assert(
      fc.property(fc.oneof(value, event), fc.constantFrom(STRUCTURED, BATCH), (body, headers) => {
        expect(
          leaks(() => {
            const events = readHttpEvents(headers, bytes(body));
            for (const { read } of events.mode === 'single' ? [events] : events.events) read();
          }),
        ).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  it('random bytes are refused with a code of ours', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (body) => {
        expect(codeOf(() => readOne(STRUCTURED, body))).toMatch(
          /^(body-not-utf8|body-not-json|event-invalid)$/,
        );
      }),
      { numRuns: 500 },
    );
  });

  it('a record in memory prints as sensitive', () => {
    const event = readOne(STRUCTURED, bytes({ ...EVENT, subject: SECRET, id: SECRET }));
    expect(JSON.stringify(event)).not.toContain(SECRET);
  });
});
