import {
  crossingWithoutPoolKey,
  EVENT_TYPES,
  type BorderCrossing,
  type InferenceRequest,
} from '@bailiwick/contracts';
import type { Outcome, StageContext } from '@bailiwick/kafka';
import { describe, expect, it } from 'vitest';
import { returnedStage } from '../route/returned.stage.js';
import type { ControlState } from '../route/decision-maker.js';
import { routeCandidate } from '../route/route-candidate.js';
import {
  CANDIDATE,
  EU,
  NEIGHBOUR,
  NOW,
  PROFILE,
  US,
  controlState,
  digestOf,
  minimised,
  namesOf,
  routerOf,
} from '../route/router.test-kit.js';
import { checkpointStage } from './checkpoint.js';
import { inboxStage } from './inbox.stage.js';

const CONTEXT = {} as StageContext;
const LATER = NOW + 901_000;

/** A lawful request for the pool abroad, on its way there. */
async function crossing(digest = CANDIDATE.digest): Promise<BorderCrossing> {
  const routed = await routeCandidate({ ...CANDIDATE, digest, purpose: 'digest' }, routerOf(EU));
  if (routed.kind !== 'abroad') throw new Error(`routed ${routed.kind}`);
  return routed.crossing;
}

function requestIn({ cargo }: BorderCrossing): InferenceRequest {
  if (cargo?.$case !== 'request') throw new Error('carries no request');
  return cargo.value;
}

const withRequest = (from: BorderCrossing, change: Partial<InferenceRequest>): BorderCrossing => ({
  ...from,
  cargo: { $case: 'request', value: { ...requestIn(from), ...change } },
});

/** Outcomes in a line each. */
const told = (outcomes: readonly Outcome[]): readonly string[] =>
  outcomes.map((outcome) => {
    switch (outcome.kind) {
      case 'emit':
      case 'forward':
        return `${outcome.kind} ${outcome.topic} (${outcome.fact?.kind} ${outcome.fact?.reason ?? ''})`;
      case 'settle':
        return `settle (${outcome.fact?.kind} ${outcome.fact?.decision?.outcome})`;
      case 'hold':
        return `hold ${outcome.reason}`;
      case 'dead-letter':
      case 'violation':
        return `${outcome.kind} ${outcome.code}`;
    }
  });

describe('the checkpoint', () => {
  it('lets out what is allowed at this moment, with a fresh receipt', async () => {
    const leaving = await crossing();
    const parts = routerOf(EU, controlState(PROFILE, LATER), LATER);
    const outcomes = await checkpointStage(NEIGHBOUR, parts)(leaving, CONTEXT);
    expect(told(outcomes)).toEqual([
      'settle (decided allow)',
      'forward us.border.inbox.v1 (relayed to us-east)',
    ]);
    const [, gone] = outcomes;
    const arrived = EVENT_TYPES.border.decode(
      gone?.kind === 'forward' ? gone.message.value : new Uint8Array(),
    );
    expect(requestIn(arrived).receipt).not.toBe(requestIn(leaving).receipt);
  });

  it('F7 says of what leaves which fields it has, on which basis, and never what is in them', async () => {
    const [, gone] = await checkpointStage(NEIGHBOUR, routerOf(EU))(await crossing(), CONTEXT);
    const fact = gone?.kind === 'forward' ? gone.fact : null;
    expect(fact?.fields?.map(({ name }) => name)).toEqual(['Subject', 'Product__c']);
    expect(fact?.decision).toMatchObject({
      transferBasis: 'scc',
      fromJurisdiction: 'eu',
      toJurisdiction: 'us',
    });
    expect(JSON.stringify(fact)).not.toContain('Home Hub');
  });

  it('R4 refuses bytes that are not those of the receipt', async () => {
    const other = minimised({ Subject: 'Another text' });
    const outcomes = await checkpointStage(NEIGHBOUR, routerOf(EU, controlState(), NOW, other))(
      await crossing(),
      CONTEXT,
    );
    expect(told(outcomes)).toEqual([
      'dead-letter receipt-altered-payload',
      'violation receipt-altered-payload',
    ]);
  });

  it.each([
    ['an e-mail address', { Subject: 'write to lena.vogt@example.org' }],
    ['a card', { Product__c: ['4111 1111 1111 1111'] }],
    ['an IBAN as a number of a nested list', { Extra: [['DE89 3704 0044 0532 0130 00']] }],
  ])('R2 holds and reports a record whose label says Internal and that holds %s', async (_what, fields) => {
    const bytes = minimised(fields);
    const router = routerOf(EU, controlState(), NOW, bytes);
    const outcomes = await checkpointStage(NEIGHBOUR, router)(await crossing(digestOf(bytes)), CONTEXT);
    expect(told(outcomes)).toEqual(['hold too-sensitive', 'violation content-above-label']);
    expect(JSON.stringify(outcomes)).not.toMatch(/lena|4111|DE89/);
  });

  it('R2 lets out what the transfer permits, and what is a pseudonym', async () => {
    const bytes = minimised({
      Subject: 'ask ⟦EMAIL_ADDRESS·k7q2abcdefgh⟧',
      Contact: 'lena.vogt@example.org',
    });
    const permitted = PROFILE.permitted.map((entry) => ({
      ...entry,
      highestSensitivity: 'Confidential' as const,
    }));
    const router = routerOf(EU, controlState({ ...PROFILE, permitted }), NOW, bytes);
    const outcomes = await checkpointStage(NEIGHBOUR, router)(await crossing(digestOf(bytes)), CONTEXT);
    expect(told(outcomes)).toContain('forward us.border.inbox.v1 (relayed to us-east)');
  });

  it('promise 1: holds when what the tenant forbids is written for a later version', async () => {
    const control = { ...controlState(), unreadable: (kind: string) => kind === 'policy' };
    const outcomes = await checkpointStage(NEIGHBOUR, routerOf(EU, control))(await crossing(), CONTEXT);
    expect(told(outcomes)).toEqual(['settle (decided hold)', 'hold policy-error']);
  });

  it('holds what is not allowed any more', async () => {
    const control = controlState({ ...PROFILE, permitted: [] });
    const outcomes = await checkpointStage(NEIGHBOUR, routerOf(EU, control))(await crossing(), CONTEXT);
    expect(told(outcomes)).toEqual(['settle (decided hold)', 'hold transfer-not-permitted']);
  });

  it('refuses what leads elsewhere, comes from elsewhere or belongs to a third cell', async () => {
    const checkpoint = checkpointStage(NEIGHBOUR, routerOf(EU));
    const misplaced = ['dead-letter wrong-cell', 'violation wrong-cell'];
    const leaving = await crossing();
    expect(told(await checkpoint({ ...leaving, toRegion: 'ap-south' }, CONTEXT))).toEqual(misplaced);
    expect(told(await checkpoint({ ...leaving, fromRegion: 'us-east' }, CONTEXT))).toEqual(misplaced);
    expect(told(await checkpoint(withRequest(leaving, { homeRegion: 'ap-south' }), CONTEXT))).toEqual(
      misplaced,
    );
  });
});

describe('the inbox', () => {
  it('passes on a request for a pool of this cell that its home router allowed', async () => {
    const outcomes = await inboxStage(routerOf(US))(await crossing(), CONTEXT);
    expect(told(outcomes)).toEqual(['emit us.inference.request.us-shared.v1 (relayed from eu-central)']);
  });

  it('sends a request back home whose receipt expired on the way', async () => {
    const outcomes = await inboxStage(routerOf(US, controlState(), LATER))(await crossing(), CONTEXT);
    expect(told(outcomes)).toEqual(['emit us.border.eu.v1 (relayed receipt-expired)']);
  });

  it('R6 sends a request back home that was kept here, since no pool can open what was kept of it', async () => {
    const kept = crossingWithoutPoolKey(await crossing());
    expect(requestIn(kept).payload?.wrappedKey).toHaveLength(0);
    expect(told(await inboxStage(routerOf(US))(kept, CONTEXT))).toEqual([
      'emit us.border.eu.v1 (relayed profile-changed)',
    ]);
  });

  it.each([
    ['no receipt', { receipt: '' }, 'receipt-missing'],
    ['a receipt that nobody signed', { receipt: 'a.b.c' }, 'receipt-forged'],
    ['a receipt of another router', { homeRegion: 'us-east' }, 'receipt-forged'],
    ['the receipt of another pool', { pool: 'us-dedicated' }, 'receipt-other-pool'],
  ])('refuses a request with %s', async (_what, change, code) => {
    const altered = withRequest(await crossing(), change);
    expect(told(await inboxStage(routerOf(US))(altered, CONTEXT))).toEqual([
      `dead-letter ${code}`,
      `violation ${code}`,
    ]);
  });

  it('refuses the receipt of another event, and a crossing whose names are not those of its cargo', async () => {
    const inbox = inboxStage(routerOf(US));
    const other = { ...withRequest(await crossing(), { eventId: 'evt_2' }), eventId: 'evt_2' };
    expect(told(await inbox(other, CONTEXT))).toEqual([
      'dead-letter receipt-other-event',
      'violation receipt-other-event',
    ]);
    const dressed = { ...(await crossing()), subject: 's2' };
    expect(told(await inbox(dressed, CONTEXT))).toEqual(['dead-letter wrong-cell', 'violation wrong-cell']);
  });

  it('decides again on a request of its own that comes back', async () => {
    const { cargo: _, ...outside } = await crossing();
    const home: BorderCrossing = {
      ...outside,
      fromRegion: 'us-east',
      toRegion: 'eu-central',
      cargo: (await crossing()).cargo,
    };
    expect(told(await inboxStage(routerOf(EU))(home, CONTEXT))).toEqual(['emit eu.border.us.v1 (decided )']);
  });

  it('passes on an answer only when it rests on a receipt of this router', async () => {
    const leaving = await crossing();
    const { receipt } = requestIn(leaving);
    const value = {
      ...namesOf(requestIn(leaving)),
      purposeVersion: 1,
      homeRegion: 'eu-central',
      pool: 'us-shared',
      model: 'long',
      receipt,
      output: undefined,
      usage: undefined,
      facets: {},
      receivedAt: undefined,
      finishedAt: undefined,
    };
    const home = { ...leaving, fromRegion: 'us-east', toRegion: 'eu-central' };
    const inbox = inboxStage(routerOf(EU));
    expect(told(await inbox({ ...home, cargo: { $case: 'result', value } }, CONTEXT))).toEqual([
      'emit eu.inference.result.v1 (relayed from us-east)',
    ]);
    const forged = { ...value, receipt: `${receipt.slice(0, -6)}AAAAAA` };
    expect(told(await inbox({ ...home, cargo: { $case: 'result', value: forged } }, CONTEXT))).toEqual([
      'dead-letter receipt-forged',
      'violation receipt-forged',
    ]);
  });
});

describe('R4 clocks of two cells that differ', () => {
  /** What the inbox of home makes of a crossing that the inbox abroad sent back, by the clocks of both. */
  async function back(abroadMs: number, homeMs = NOW): Promise<readonly string[]> {
    const [sent] = await inboxStage(routerOf(US, controlState(PROFILE, NOW + abroadMs), NOW + abroadMs))(
      await crossing(),
      CONTEXT,
    );
    if (sent?.kind !== 'emit' || sent.topic !== 'us.border.eu.v1') return told(sent ? [sent] : []);
    const home = EVENT_TYPES.border.decode(sent.message.value);
    return told(await inboxStage(routerOf(EU, controlState(PROFILE, homeMs), homeMs))(home, CONTEXT));
  }
  const passes = ['emit us.inference.request.us-shared.v1 (relayed from eu-central)'];

  it.each([
    ['the other one is behind, within tolerance', -60_000],
    ['both are the same', 0],
    ['the other one is ahead, within the life of a receipt', 899_000],
  ])('pass a request while %s', async (_how, ms) => expect(await back(ms)).toEqual(passes));

  it.each([
    ['behind beyond tolerance: the receipt comes from its future', -60_001],
    ['ahead beyond the life of a receipt: every receipt is old when it comes', 900_000],
  ])('hold a request at home, once and with that reason, when the other one is %s', async (_how, ms) => {
    expect(await back(ms)).toEqual(['hold clock-skewed']);
  });

  it('have a request decided on again whose receipt is old by both', async () => {
    expect(await back(900_000, NOW + 900_000)).toEqual(['emit eu.border.us.v1 (decided )']);
  });

  it('hold nothing that comes back because the profile has changed', async () => {
    const request = requestIn(await crossing());
    const [sent] = await returnedStage(routerOf(US))(request, CONTEXT);
    const home = EVENT_TYPES.border.decode(sent?.kind === 'emit' ? sent.message.value : new Uint8Array());
    expect(home.returnedFor).toBe('profile-changed');
    expect(told(await inboxStage(routerOf(EU))(home, CONTEXT))).toEqual(['emit eu.border.us.v1 (decided )']);
  });
});

describe('R4 crossings that arrive in another order than they left', () => {
  it('are each judged by their own receipt', async () => {
    const inbox = inboxStage(routerOf(US));
    const one = await crossing();
    const routed = await routeCandidate({ ...CANDIDATE, eventId: 'evt_2', purpose: 'digest' }, routerOf(EU));
    if (routed.kind !== 'abroad') throw new Error(`routed ${routed.kind}`);
    for (const each of [routed.crossing, one, routed.crossing])
      expect(told(await inbox(each, CONTEXT))).toEqual([
        'emit us.inference.request.us-shared.v1 (relayed from eu-central)',
      ]);
  });
});

describe('a request whose receipt expired in a queue', () => {
  it('is decided again at home, and sealed anew to the pool that may answer now', async () => {
    const routed = await routeCandidate(CANDIDATE, routerOf(EU));
    if (routed.kind !== 'pool') throw new Error(`routed ${routed.kind}`);
    const outcomes = await returnedStage(routerOf(EU, controlState(PROFILE, LATER), LATER))(
      routed.request,
      CONTEXT,
    );
    expect(told(outcomes)).toEqual(['emit eu.inference.request.eu-shared.v1 (decided )']);
  });

  it('R4 is still the record of a data subject under another law', async () => {
    const british = { ...CANDIDATE, subjectJurisdiction: 'unknown' };
    const routed = await routeCandidate(british, routerOf(EU));
    if (routed.kind !== 'pool') throw new Error(`routed ${routed.kind}`);
    const control = {
      ...controlState(),
      all: (kind: 'pool') =>
        controlState()
          .all(kind)
          .filter(({ id }) => id !== 'eu-shared'),
    };
    const outcomes = await returnedStage(routerOf(EU, control as ControlState))(routed.request, CONTEXT);
    expect(told(outcomes)).toEqual(['settle (decided hold)', 'hold subject-elsewhere']);
  });

  it('goes home from abroad, and only from where it was allowed to be', async () => {
    const request = requestIn(await crossing());
    const late = routerOf(US, controlState(PROFILE, LATER), LATER);
    expect(told(await returnedStage(late)(request, CONTEXT))).toEqual([
      'emit us.border.eu.v1 (relayed receipt-expired)',
    ]);
    const elsewhere = routerOf({ ...US, region: 'us-west' });
    expect(told(await returnedStage(elsewhere)(request, CONTEXT))).toEqual([
      'dead-letter receipt-other-jurisdiction',
      'violation receipt-other-jurisdiction',
    ]);
  });
});
