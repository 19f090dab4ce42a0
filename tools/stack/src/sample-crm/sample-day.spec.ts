import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SAMPLE_TENANTS } from '../sample-tenants.js';
import { sampleDay } from './sample-day.js';

test('a day is the same for the same name, and shares no id with another day', () => {
  fc.assert(
    fc.property(fc.uuid(), fc.uuid(), (one, other) => {
      expect(sampleDay(one)).toEqual(sampleDay(one));
      const ids = new Set(sampleDay(one).map(({ sourceId }) => sourceId));
      if (one !== other) expect(sampleDay(other).some(({ sourceId }) => ids.has(sourceId))).toBe(false);
    }),
    { numRuns: 20 },
  );
});

test('a day has about sixty events of every tenant and way of sending, with some delivered twice', () => {
  const events = sampleDay('day');
  const distinct = new Map(events.map((event) => [event.sourceId, event]));
  expect(distinct.size).toBe(57);
  expect(events.length - distinct.size).toBe(3);
  expect(new Set(events.map(({ tenant }) => tenant))).toEqual(
    new Set(SAMPLE_TENANTS.map(({ tenant }) => tenant)),
  );
  expect(new Set(events.map(({ transport }) => transport))).toEqual(
    new Set(['http', 'grpc', 'webhook', 'pubsub']),
  );
});

test('all of a tenant without an acknowledged profile is expected to be refused, and nothing of the others', () => {
  for (const { tenant, expected } of sampleDay('day'))
    expect(expected === 'refused').toBe(tenant === 'pending');
});

test('a duplicate is the same event, later', () => {
  const events = sampleDay('day');
  events.forEach((event, index) => {
    const first = events.findIndex(({ sourceId }) => sourceId === event.sourceId);
    if (first !== index)
      expect(event).toEqual({
        ...events[first],
        transport: ['pubsub', 'webhook'].includes(event.transport) ? event.transport : 'http',
      });
  });
});
