import {
  Action,
  EVENT_TYPES,
  OperatorCommand,
  toHeaders,
  topicNames,
  type Sealed,
} from '@bailiwick/contracts';
import type { Coordinates, Outcome, StageContext } from '@bailiwick/kafka';
import { describe, expect, it } from 'vitest';
import { EU } from '../route/router.test-kit.js';
import { operationsStage, type OperationsParts } from './operations.stage.js';

const topics = topicNames('eu');
const SOURCE = { topic: topics.classified, partition: 2, offset: 41n };
const KEPT = { topic: topics.held, partition: 1, offset: 7n };
const ORIGINAL = Buffer.from('as it was consumed');
const NAMES = { eventId: 'evt_1', tenant: 'atlas' };

const headersOf = (type: { readonly type: string; readonly contentType: string }) =>
  toHeaders({
    id: 'evt_1',
    type: type.type,
    contentType: type.contentType,
    source: 'spiffe://bailiwick.local/eu-central/residency-router',
    subject: 's1',
    time: 0,
    tenant: 'atlas',
    purpose: 'triage',
    classification: 'Confidential',
    traceparent: null,
  });
const held = (source: Coordinates = SOURCE) => ({
  headers: headersOf(EVENT_TYPES.held),
  value: Buffer.from(
    EVENT_TYPES.held.encode({
      ...NAMES,
      ...source,
      service: 'residency-router',
      reason: 'no-pool',
      detail: '',
      original: ORIGINAL,
      heldAt: undefined,
    }),
  ),
});
const sealed: Sealed = {
  recipient: 'cell/eu-central',
  wrappedKey: Buffer.alloc(1),
  nonce: Buffer.alloc(12),
  ciphertext: Buffer.from('sealed'),
};
const letter = (original: Sealed | undefined) => ({
  headers: headersOf(EVENT_TYPES.deadLetter),
  value: Buffer.from(
    EVENT_TYPES.deadLetter.encode({
      ...NAMES,
      ...SOURCE,
      service: 'classifier',
      code: 'internal',
      original,
      at: undefined,
    }),
  ),
});

/** Carries out a command about what is kept; a ledger as of one process. */
function operator(kept: Awaited<ReturnType<OperationsParts['read']>>) {
  const first = new Map<string, bigint>();
  const stage = operationsStage({
    cell: EU,
    topics,
    read: (at) => Promise.resolve(at.offset === KEPT.offset ? kept : null),
    opener: { openFromCell: () => Promise.resolve({ reveal: () => ORIGINAL } as never) },
    ledger: {
      isFirst: ({ kept: { topic, offset }, command }) => {
        const key = `${topic}/${offset}`;
        first.set(key, first.get(key) ?? command.offset);
        return Promise.resolve(first.get(key) === command.offset);
      },
    },
  });
  return (change: Partial<OperatorCommand> = {}, offset = 0n): Promise<readonly Outcome[]> =>
    stage(
      OperatorCommand.fromPartial({
        action: Action.ACTION_RELEASE,
        ...KEPT,
        ...NAMES,
        by: 'anna',
        reference: 'INC-42',
        ...change,
      }),
      { coordinates: { topic: topics.command, partition: 0, offset } } as StageContext,
    );
}

describe('an operator’s command', () => {
  it.each([
    ['held', KEPT.topic, held()],
    ['dead-lettered', topics.deadletter('classifier'), letter(sealed)],
  ])('puts a %s record back to where it came from, exactly as it was', async (_what, topic, kept) => {
    const [outcome] = await operator(kept)({ topic });
    expect(outcome).toEqual({
      kind: 'emit',
      topic: topics.classified,
      message: {
        type: EVENT_TYPES.classified.type,
        contentType: EVENT_TYPES.classified.contentType,
        value: ORIGINAL,
      },
      attributes: { ...NAMES, purpose: 'triage', object: '', subject: 's1' },
      classification: 'Confidential',
      replayOf: SOURCE,
      fact: { kind: 'released', reason: 'by anna, INC-42' },
    });
  });

  it('settles a record once: the same command again after a crash goes on, another does nothing', async () => {
    const command = operator(held());
    const kinds = async (offset: bigint, action = Action.ACTION_RELEASE) =>
      (await command({ action }, offset)).map(({ kind }) => kind);
    expect(await kinds(5n)).toEqual(['emit']);
    expect(await kinds(5n)).toEqual(['emit']);
    expect(await kinds(6n)).toEqual(['settle']);
    expect(await kinds(7n, Action.ACTION_DISCARD)).toEqual(['settle']);
  });

  it('discards for good', async () => {
    const command = operator(held());
    expect(await command({ action: Action.ACTION_DISCARD, reference: '' }, 1n)).toEqual([
      { kind: 'settle', fact: { kind: 'discarded', reason: 'by anna' } },
    ]);
    expect(await command({}, 2n)).toEqual([
      { kind: 'settle', fact: { kind: 'duplicate', reason: 'already-done' } },
    ]);
  });

  it.each([
    ['of another tenant', { tenant: 'harbor' }],
    ['of another event', { eventId: 'evt_2' }],
    ['that is not there', { offset: 8n }],
  ])('B2 does nothing to a record %s', async (_what, change) => {
    expect(await operator(held())(change)).toMatchObject([{ kind: 'dead-letter', code: 'record-unknown' }]);
  });

  it.each([
    ['no action', { action: Action.ACTION_UNSPECIFIED }],
    ['a topic on which nothing is kept', { topic: topics.record }],
    ['a text about somebody as its reference', { reference: 'Lena asked for it' }],
    ['nobody who commands', { by: '' }],
  ])('is refused with %s', async (_what, change) => {
    await expect(operator(held())(change)).rejects.toMatchObject({ code: 'query-invalid' });
  });

  it('puts nothing where records do not come from, and nothing that was not kept', async () => {
    const elsewhere = { ...SOURCE, topic: topics.outcome };
    expect(await operator(held(elsewhere))()).toMatchObject([{ kind: 'dead-letter', code: 'query-invalid' }]);
    const tooLarge = operator(letter(undefined));
    expect(await tooLarge({ topic: topics.deadletter('classifier') })).toMatchObject([
      { kind: 'dead-letter', code: 'record-too-large' },
    ]);
  });
});
