import { EVENT_TYPES, fromHeaders, type Fact, type Sealed } from '@bailiwick/contracts';
import { describe, expect, it } from 'vitest';
import { OutcomeWriter, type Origin } from './outcome-messages.js';
import { TEST_CELL, sampleRecord } from './sample.test-kit.js';
import type { OutgoingMessage } from './transactional-producer.js';
import { deadLetter, emit, hold, settle, violation } from './stage.js';

const sealed = (bytes: Uint8Array): Sealed => ({
  recipient: 'cell/eu-central',
  wrappedKey: Buffer.alloc(0),
  nonce: Buffer.alloc(0),
  ciphertext: Buffer.from(bytes).reverse(),
});
const writer = new OutcomeWriter(TEST_CELL, { region: 'eu-central', workload: 'classifier' }, sealed);
const record = sampleRecord(1, 1);
/** The fact that a message holds. */
const factIn = (message: OutgoingMessage | undefined): Fact | undefined =>
  EVENT_TYPES.facts.decode(message?.value ?? Buffer.alloc(0)).facts[0];
const origin: Origin = {
  attributes: record,
  classification: 'Confidential',
  traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
  traceId: 'a'.repeat(32),
  consumed: {
    coordinates: { topic: 'in', partition: 2, offset: 9n },
    value: Buffer.from('value'),
    key: null,
  },
};

describe('outcomes become messages', () => {
  it('an output and its fact under one key, with the trace and the classification handed on', async () => {
    const { own, outcome } = await writer.write(
      [emit({ topic: 'out', type: EVENT_TYPES.received, message: record, fact: { kind: 'classified' } })],
      origin,
    );
    expect(own.map(({ topic, key }) => [topic, key])).toEqual([
      ['out', 'atlas.s1'],
      ['eu.lineage.fact.v1', 'atlas.s1'],
    ]);
    expect(fromHeaders(own[0]?.headers)).toMatchObject({
      id: 'evt-1-1',
      type: 'bailiwick.record.received.v1',
      source: 'spiffe://bailiwick.local/eu-central/classifier',
      tenant: 'atlas',
      purpose: 'triage',
      classification: 'Confidential',
      traceparent: origin.traceparent,
    });
    expect(factIn(own[1])).toMatchObject({
      factId: 'evt-1-1/classifier/classified/in/2/9',
      eventId: 'evt-1-1',
      kind: 'classified',
      service: 'classifier',
      region: 'eu-central',
      jurisdiction: 'eu',
      traceId: 'a'.repeat(32),
      object: 'Case',
      subject: 's1',
    });
    expect(outcome).toBe('emit');
  });
  it('the same fact ids when the same work is done again, and one each for several facts of a kind', async () => {
    const ids = async (): Promise<string[]> =>
      (await writer.write([settle({ kind: 'decided' }), settle({ kind: 'decided' })], origin)).own.map(
        (message) => factIn(message)?.factId ?? '',
      );
    expect(await ids()).toEqual(['evt-1-1/classifier/decided/in/2/9', 'evt-1-1/classifier/decided/in/2/9/1']);
    expect(await ids()).toEqual(await ids());
  });
  it('a hold keeps the record as it was consumed and says why', async () => {
    const { own, outcome } = await writer.write([hold('no-profile', 'needs a profile')], origin);
    expect(own.map(({ topic }) => topic)).toEqual(['eu.held.record.v1', 'eu.lineage.fact.v1']);
    expect(EVENT_TYPES.held.decode(own[0]!.value)).toMatchObject({
      reason: 'no-profile',
      topic: 'in',
      partition: 2,
      offset: 9n,
      original: Buffer.from('value'),
      service: 'classifier',
    });
    expect(factIn(own[1])).toMatchObject({ kind: 'held', reason: 'no-profile' });
    expect(outcome).toBe('hold');
  });
  it('a dead letter is sealed, and a violation beside it is the graver outcome', async () => {
    const { own, outcome } = await writer.write(
      [deadLetter('internal', 'x'), violation('internal', 'x')],
      origin,
    );
    expect(own.map(({ topic }) => topic)).toEqual([
      'eu.deadletter.classifier.v1',
      'eu.lineage.fact.v1',
      'eu.sovereignty.violation.v1',
      'eu.lineage.fact.v1',
    ]);
    expect(Buffer.from(EVENT_TYPES.deadLetter.decode(own[0]!.value).original!.ciphertext).toString()).toBe(
      'eulav',
    );
    expect(outcome).toBe('violation');
  });
  it('what is too large for its topic becomes a dead letter, at last without the original', async () => {
    const large = emit({
      topic: 'eu.crm.classified.v1',
      type: EVENT_TYPES.received,
      message: sampleRecord(1, 1, 9_000_000),
      fact: null,
    });
    const letter = await writer.write([large], origin);
    expect(EVENT_TYPES.deadLetter.decode(letter.own[0]!.value)).toMatchObject({ code: 'record-too-large' });
    const huge = { ...origin, consumed: { ...origin.consumed!, value: Buffer.alloc(9_000_000) } };
    const bare = await writer.write([large], huge);
    expect(EVENT_TYPES.deadLetter.decode(bare.own[0]!.value).original).toBeUndefined();
  });
  it('a record that nobody could decode is named by where it lay', async () => {
    const unknown = {
      ...origin,
      attributes: { eventId: '', tenant: '', purpose: '', object: '', subject: '' },
    };
    const { own } = await writer.write([deadLetter('record-undecodable', 'x')], unknown);
    expect(own[0]?.headers['ce_id']).toBe('in/2/9');
    expect(EVENT_TYPES.deadLetter.decode(own[0]!.value)).toMatchObject({ eventId: '', offset: 9n });
  });
});
