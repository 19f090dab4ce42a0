import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readChangeEvent, type ChangeEvent } from './change-event.js';
import { caseSchema, encodeChange } from './change-schema.test-kit.js';
import { SchemaCache, eventSchema } from './event-schema.js';
import { fieldsInBitmaps, type SchemaField } from './field-bitmap.js';
import { readPlatformEvent } from './platform-event.js';
import { byTransaction } from './transaction-order.js';

const SCHEMA = caseSchema();
const schema = eventSchema('s1', SCHEMA);
const FILTER = { object: 'Case', ownClient: 'bailiwick' };
const read = (change: object, fields: Readonly<Record<string, unknown>> = {}): ChangeEvent =>
  readChangeEvent(schema.decode(encodeChange(SCHEMA, { ...change }, fields)), schema, FILTER, 'event-1');
const fieldsOf = (event: ChangeEvent): unknown =>
  event.kind === 'changes' ? event.changes[0]?.fields : event;

/** The bitmap of some indexes, written the other way round than it is read. */
const bitmapOf = (indexes: readonly number[]): string =>
  `0x${indexes.reduce((bits, index) => bits | (1n << BigInt(index)), 0n).toString(16)}`;
const leaf = (name: string): SchemaField => ({ name, fields: [] });

describe('bitmaps of fields', () => {
  it('name exactly the fields whose bits are set, in plain and in compound fields', () => {
    const sizes = fc.integer({ min: 1, max: 130 });
    fc.assert(
      fc.property(sizes, fc.infiniteStream(fc.boolean()), fc.nat(20), (size, bits, zeros) => {
        const inner = [leaf('A'), leaf('B'), leaf('C')];
        const fields = Array.from({ length: size }, (_, n) => leaf(`f${n}`));
        fields.push({ name: 'Name', fields: inner });
        const set = fields.map((_, index) => index).filter(() => bits.next().value === true);
        const nested = [0, 1, 2].filter(() => bits.next().value === true);
        const padded = bitmapOf(set).replace('0x', `0x${'0'.repeat(zeros)}`);
        expect(fieldsInBitmaps([padded, `${size}-${bitmapOf(nested)}`], fields)).toEqual([
          ...set.map((index) => fields[index]?.name),
          ...nested.map((index) => `Name.${inner[index]?.name}`),
        ]);
      }),
    );
  });

  it.each(['', '0x', 'Subject', '0xZZ', '0x8000', '9-0x1', '1-0x1', '-0x1', `0x${'f'.repeat(2000)}`])(
    'refuse %s rather than guess',
    (bitmap) => {
      expect(() => fieldsInBitmaps([bitmap], [leaf('a'), leaf('b')])).toThrow(TypeError);
    },
  );
});

describe('a change event', () => {
  it('has of an update the fields that changed: an unchanged null means nothing, a nulled one does', () => {
    const changed = [bitmapOf([1]), `3-${bitmapOf([1])}`];
    const fields = { Subject: 'new', Name: { FirstName: null, LastName: 'Öz' }, Amount: 4 };
    expect(fieldsOf(read({ changedFields: changed, nulledFields: [bitmapOf([2])] }, fields))).toEqual({
      Subject: 'new',
      Description: null,
      Name: { LastName: 'Öz' },
    });
  });

  it('has of a new record all that has a value', () => {
    const event = read({ changeType: 'CREATE' }, { Subject: 'a', Name: { FirstName: null, LastName: 'Öz' } });
    expect(fieldsOf(event)).toEqual({ Subject: 'a', Name: { LastName: 'Öz' } });
  });

  it('is a change of each of its records, with an id of its own', () => {
    const recordIds = ['500000000000001AAA', '500000000000002AAA'];
    const event = read({ recordIds, changedFields: [bitmapOf([1])] }, { Subject: 'a' });
    const changes = event.kind === 'changes' ? event.changes : [];
    expect(changes.map(({ sourceId, recordId }) => [sourceId, recordId])).toEqual(
      recordIds.map((id) => [`event-1/${id}`, id]),
    );
  });

  it('withholds what it only tells the difference of', () => {
    const event = read(
      { changedFields: [bitmapOf([1, 2])], diffFields: [bitmapOf([2])] },
      { Subject: 'a', Description: '@@ -1' },
    );
    expect(event).toMatchObject({ withheld: ['Description'], changes: [{ fields: { Subject: 'a' } }] });
  });

  it.each([
    [
      'our own write-back',
      { changeOrigin: 'com/salesforce/api/rest/60.0;client=bailiwick' },
      'own-write-back',
    ],
    ['a deletion', { changeType: 'DELETE' }, 'deleted'],
    ['another object', { entityName: 'Lead' }, 'other-object'],
    ['an update of nothing', {}, 'no-fields'],
  ])('passes over %s', (_, change, reason) => {
    expect(read(change)).toMatchObject({ kind: 'passed', reason });
  });

  it('takes a client whose name only begins or ends like ours for another', () => {
    for (const client of ['client=bailiwick2', 'client=notbailiwick', 'xclient=bailiwick'])
      expect(read({ changeOrigin: `rest;${client}`, changedFields: ['0x2'] }, { Subject: 'a' }).kind).toBe(
        'changes',
      );
  });

  it.each([
    ['a gap event', { changeType: 'GAP_UPDATE' }, { recordIds: ['500000000000001AAA'] }],
    ['an overflow', { changeType: 'GAP_OVERFLOW', recordIds: ['000000000000000AAA'] }, { recordIds: null }],
    ['a wildcard', { recordIds: ['500*'], changedFields: ['0x2'] }, { recordIds: null }],
  ])('declares a gap for %s', (_, change, gap) => {
    expect(read(change)).toMatchObject({ kind: 'gap', gap: { object: 'Case', ...gap } });
  });

  it.each([{ recordIds: ["500' OR Id != '"] }, { recordIds: [] }, { changedFields: ['0xffff'] }])(
    'is refused when it cannot be right: %o',
    (change) => {
      expect(() => read(change)).toThrow();
    },
  );
});

describe('schemas', () => {
  it('are asked for once an id, also by many at once, and again after a failure', async () => {
    let asked = 0;
    const cache = new SchemaCache(() =>
      ++asked === 1 ? Promise.reject(new Error('not now')) : Promise.resolve(SCHEMA),
    );
    await expect(cache.get('s1')).rejects.toThrow('not now');
    const all = await Promise.all([cache.get('s1'), cache.get('s1'), cache.get('s1')]);
    expect([asked, new Set(all).size]).toEqual([2, 1]);
  });

  it('keep numbers of 64 bits exact', () => {
    const decoded = (commitNumber: number | string) =>
      schema.decode(longEvent(BigInt(commitNumber)))['ChangeEventHeader'];
    expect(decoded('9007199254740993')).toMatchObject({ commitNumber: '9007199254740993' });
    expect(decoded(12)).toMatchObject({ commitNumber: 12 });
  });

  it('refuse an array that is said to be longer than what follows', () => {
    const started = performance.now();
    // Two bytes of an entity name, then a block of 2^62 ids.
    expect(() =>
      schema.decode(Buffer.concat([Buffer.from([2, 65]), Buffer.from('feffffffffffffff7f', 'hex')])),
    ).toThrow();
    expect(performance.now() - started).toBeLessThan(200);
  });
});

/** An event with a commit number that JavaScript cannot hold: the encoder's own number is replaced. */
function longEvent(commitNumber: bigint): Buffer {
  const plain = encodeChange(SCHEMA, { commitNumber: 1 });
  const marker = encodeChange(SCHEMA, { commitNumber: 2 });
  const differs = plain.findIndex((byte, index) => byte !== marker[index]);
  return Buffer.concat([plain.subarray(0, differs), zigzag(commitNumber), plain.subarray(differs + 1)]);
}
function zigzag(value: bigint): Buffer {
  const bytes: number[] = [];
  let rest = value << 1n;
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return Buffer.from([...bytes, Number(rest)]);
}

describe('a platform event', () => {
  const payload = {
    CreatedDate: 1_790_000_000_000,
    CreatedById: '005',
    Text__c: 'a',
    Case__c: '500000000000001AAA',
  };
  it('is a record by itself, or about the record that its field names', () => {
    expect(readPlatformEvent(payload, 'Note__e', null, 'e1')).toMatchObject({
      recordId: 'e1',
      fields: { Text__c: 'a' },
    });
    expect(readPlatformEvent(payload, 'Case', 'Case__c', 'e1')).toMatchObject({
      recordId: '500000000000001AAA',
      sourceId: 'e1',
    });
    expect(() => readPlatformEvent(payload, 'Case', 'Text__c', 'e1')).toThrow();
  });
});

describe('the order of a transaction', () => {
  const event = fc.record({
    order: fc.record({
      transactionKey: fc.constantFrom('a', 'b', 'c'),
      sequenceNumber: fc.nat(20),
      committedAt: fc.constant(0),
    }),
  });
  it('is that of its sequence numbers within an answer; nothing is lost and transactions keep their place', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), (events) => {
        const groups = byTransaction(events);
        expect(new Set(groups.flat())).toEqual(new Set(events));
        let at = 0;
        for (const group of groups) {
          const came = events.slice(at, (at += group.length));
          expect(new Set(came)).toEqual(new Set(group));
          expect(new Set(group.map(({ order }) => order.transactionKey)).size).toBe(1);
          const numbers = group.map(({ order }) => order.sequenceNumber);
          expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
        }
      }),
    );
  });
});

describe('what no server should send', () => {
  it('is refused or read, and never ends the process or takes long', () => {
    const valid = encodeChange(SCHEMA, { changedFields: ['0x6'] }, { Subject: 'a', Description: 'b' });
    const broken = fc.oneof(
      fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
      fc.array(fc.tuple(fc.nat(valid.length - 1), fc.nat(255)), { maxLength: 8 }).map((flips) => {
        const bytes = Buffer.from(valid);
        for (const [at, value] of flips) bytes[at] = value;
        return bytes;
      }),
    );
    fc.assert(
      fc.property(broken, (bytes) => {
        try {
          const event = readChangeEvent(schema.decode(bytes), schema, FILTER, 'e');
          expect(['changes', 'gap', 'passed']).toContain(event.kind);
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(Error);
        }
      }),
      { numRuns: 20_000, interruptAfterTimeLimit: 800, markInterruptAsFailure: false },
    );
  });
});
