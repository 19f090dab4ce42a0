import {
  Action,
  VerificationKey,
  signReleaseOrder,
  EVENT_TYPES,
  OperatorCommand,
  toHeaders,
  topicNames,
  type ReleaseOrder,
  type Sealed,
} from '@bailiwick/contracts';
import type { ResidencyProfile } from '@bailiwick/domain';
import type { Coordinates, Outcome, StageContext } from '@bailiwick/kafka';
import { describe, expect, it } from 'vitest';
import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { EU, NOW, PROFILE, controlState } from '../route/router.test-kit.js';
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

const signer = generateKeyPairSync('ed25519');
const APPROVER = VerificationKey.parse({ ...signer.publicKey.export({ format: 'jwk' }), kid: 'c1' });
/** Leaves releases to operators. */
const FREE = { ...PROFILE, releases: 'operator' as const };

/** Carries out a command about what is kept; a ledger as of one process. */
function operator(kept: Awaited<ReturnType<OperationsParts['read']>>, profile: ResidencyProfile = FREE) {
  const first = new Map<string, bigint>();
  const stage = operationsStage({
    cell: EU,
    topics,
    control: controlState(profile),
    approvers: [APPROVER],
    now: () => NOW,
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

  it('R6 has what a pool was asked decided on anew: what was kept of it no pool can open', async () => {
    const [outcome] = await operator(held({ ...SOURCE, topic: topics.request('eu-shared') }))();
    expect(outcome).toMatchObject({
      topic: topics.returned,
      message: { type: EVENT_TYPES.request.type, value: ORIGINAL },
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

describe('O2 a release that the tenant does not leave to operators', () => {
  const order: ReleaseOrder = {
    jti: 'rel_1',
    tenant: 'atlas',
    event: 'evt_1',
    region: 'eu-central',
    topic: KEPT.topic,
    partition: KEPT.partition,
    offset: '7',
    askedBy: 'otto',
    approvedBy: 'anna',
    role: 'security',
    reference: 'INC-7',
    iat: NOW / 1000 - 60,
    exp: NOW / 1000 + 60,
  };
  const signed = (change: Partial<ReleaseOrder> = {}, key = signer.privateKey, kid = 'c1') =>
    signReleaseOrder({ ...order, ...change }, key, kid);
  const release = async (jws: string, profile: ResidencyProfile = PROFILE) =>
    operator(held(), profile)({ order: jws, by: 'otto' });
  const refused = (code: string) => [
    { kind: 'dead-letter', code },
    { kind: 'violation', code },
  ];

  it('is carried out when the control-plane signed that somebody approved it, and the fact says who', async () => {
    expect(await release(await signed())).toMatchObject([
      { kind: 'emit', fact: { kind: 'released', reason: 'by otto, approved by anna (security), INC-7' } },
    ]);
  });

  it('is refused without an approval, also when the tenant has no profile', async () => {
    expect(await release('')).toMatchObject(refused('release-not-approved'));
    const nobody = { ...PROFILE, tenant: 'nobody' };
    expect(await release('', nobody)).toMatchObject(refused('release-not-approved'));
    expect(await release('', { ...PROFILE, releases: 'approval' })).toMatchObject(
      refused('release-not-approved'),
    );
  });

  it.each([
    ['of another tenant', { tenant: 'harbor' }],
    ['of another event', { event: 'evt_2' }],
    ['in another cell', { region: 'us-east' }],
    ['on another topic', { topic: 'eu.deadletter.classifier.v1' }],
    ['in another partition', { partition: 0 }],
    ['at another offset', { offset: '8' }],
  ])('is refused with the approval of a record %s', async (_what, change) => {
    expect(await release(await signed(change))).toMatchObject(refused('release-other-record'));
  });

  it('is refused with an approval that has expired, to the second', async () => {
    expect(await release(await signed({ exp: NOW / 1000 }))).toMatchObject(refused('release-expired'));
    expect(await release(await signed({ exp: NOW / 1000 + 1 }))).toMatchObject([{ kind: 'emit' }]);
  });

  it('is refused with what the control-plane did not sign, or signed for one person alone, also where none is asked for', async () => {
    const other = generateKeyPairSync('ed25519').privateKey;
    for (const jws of [
      await signed({}, other),
      await signed({}, signer.privateKey, 'c2'),
      await signed({ approvedBy: 'otto' }),
      `${await signed()}A`,
    ])
      for (const profile of [PROFILE, FREE])
        expect(await release(jws, profile)).toMatchObject(refused('release-forged'));
    await fc.assert(
      fc.asyncProperty(fc.string({ minLength: 1 }), async (text) => {
        expect(await release(text)).toMatchObject(refused('release-forged'));
      }),
      { numRuns: 50 },
    );
  });

  it('settles nothing when it is refused, and is good once', async () => {
    const command = operator(held(), PROFILE);
    expect(await command({ order: '' }, 1n)).toMatchObject(refused('release-not-approved'));
    const jws = await signed();
    expect(await command({ order: jws }, 2n)).toMatchObject([{ kind: 'emit' }]);
    expect(await command({ order: jws }, 3n)).toMatchObject([
      { kind: 'settle', fact: { kind: 'duplicate' } },
    ]);
  });
});
