import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EVENT_ID, sampleEvent, sampleHistory, sampleStep } from '../sample.test-kit.js';
import { OUTCOMES, type Event } from './history.js';
import { mergeHistories, mergeLists } from './merge-cells.js';

/** What the cell in the other jurisdiction says of a record that visits it. */
const visit = (rest: Partial<Event>): Event =>
  sampleEvent({
    region: 'us-east',
    jurisdiction: 'us',
    receivedAt: null,
    answeredIn: null,
    pool: null,
    ...rest,
  });

describe('lists of two cells', () => {
  test('newest first, by receipt', () => {
    const older = sampleEvent({ eventId: 'evt_older', receivedAt: '2026-11-01T09:00:00.000Z' });
    const newer = sampleEvent({ eventId: 'evt_newer', receivedAt: '2026-11-01T11:00:00.000Z' });
    const ids = mergeLists([[older], [newer, sampleEvent()]], 2).map(({ eventId }) => eventId);
    expect(ids).toEqual(['evt_newer', EVENT_ID]);
  });

  test('a record that was answered abroad is listed once, at home', () => {
    const home = sampleEvent({ answeredIn: 'us', pool: 'us-shared' });
    expect(mergeLists([[visit({ outcome: 'in-flight' })], [home]], 9)).toEqual([home]);
  });

  test('a record that was held abroad is held, and still named by its home', () => {
    const home = sampleEvent({ outcome: 'in-flight', answeredIn: null, pool: null });
    const merged = mergeLists([[home], [visit({ outcome: 'held', reason: 'receipt-missing' })]], 9);
    expect(merged).toMatchObject([{ region: 'eu-central', outcome: 'held', reason: 'receipt-missing' }]);
    expect(merged[0]?.receivedAt).toBe(home.receivedAt);
  });

  test('a record that merely passes through a cell is not listed', () => {
    expect(mergeLists([[visit({ outcome: 'in-flight' })]], 9)).toEqual([]);
  });

  test('the order of the cells does not matter', () => {
    const anyEvent = fc.record({ outcome: fc.constantFrom(...OUTCOMES), n: fc.nat(3) });
    fc.assert(
      fc.property(
        fc.uniqueArray(anyEvent, { selector: ({ n }) => n }),
        fc.array(fc.constantFrom(...OUTCOMES)),
        (own, abroad) => {
          const home = own.map(({ outcome, n }) =>
            sampleEvent({
              eventId: `evt_${n}`,
              outcome,
              updatedAt: `2026-11-01T10:00:0${n}.000Z`,
              receivedAt: `2026-11-01T10:00:0${n}.000Z`,
            }),
          );
          const visits = abroad
            .slice(0, 4)
            .map((outcome, n) =>
              visit({ eventId: `evt_${n}`, outcome, updatedAt: `2026-11-01T10:00:0${n}.500Z` }),
            );
          expect(mergeLists([home, visits], 9)).toEqual(mergeLists([visits, home], 9));
        },
      ),
    );
  });
});

describe('histories of two cells', () => {
  test('steps of both in the order of time, fields once', () => {
    const { fields } = sampleHistory();
    const home = sampleHistory({
      steps: [sampleStep('decided', 'residency-router', 20), sampleStep('written-back', 'writeback', 90)],
    });
    const abroad = {
      ...visit({ outcome: 'in-flight' }),
      fields,
      steps: [sampleStep('answered', 'inference-adapter', 60)],
      violations: [],
    };
    const merged = mergeHistories([abroad, home]);
    expect(merged?.steps.map(({ kind }) => kind)).toEqual(['decided', 'answered', 'written-back']);
    expect(merged).toMatchObject({ region: 'eu-central', outcome: 'answered', fields });
  });

  test('no cell knows the record', () => expect(mergeHistories([])).toBeUndefined());
});
