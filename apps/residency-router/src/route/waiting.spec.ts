import { EVENT_TYPES, PoolReport } from '@bailiwick/contracts';
import type { Emit, Outcome, StageContext } from '@bailiwick/kafka';
import { signedClaims } from '@bailiwick/receipt';
import { describe, expect, it } from 'vitest';
import { PoolInventory } from '../inventory/pool-inventory.js';
import { recordOf } from './candidate.js';
import { CANDIDATE, EU, NOW, PROFILE, TRUST, controlState, routerOf } from './router.test-kit.js';
import { routeStage } from './route.stage.js';
import { waitingStage } from './waiting.stage.js';

const keys = Object.values(TRUST.signers).flat();
const never = {} as StageContext;
const record = recordOf(CANDIDATE);

/** A router whose one pool at home has so much room. */
function routerWith(room: number, profile = PROFILE) {
  const control = controlState(profile);
  const inventory = new PoolInventory(EU, control, 90_000);
  const tell = (now: number): void =>
    inventory.take(
      'eu-shared',
      PoolReport.fromPartial({ pool: 'eu-shared', region: 'eu-central', at: new Date(NOW), room: now }),
    );
  tell(room);
  return { parts: routerOf(EU, control, NOW, undefined, inventory), tell };
}
const emitted = ([outcome]: readonly Outcome[]): Emit => {
  if (outcome?.kind !== 'emit') throw new Error(`not emitted but ${outcome?.kind}`);
  return outcome;
};

describe('R1 a record whose pools are all full', () => {
  it('waits in the line of the pool that would answer, under a receipt that says why, and goes nowhere else', async () => {
    const { parts } = routerWith(0);
    const { topic, message, fact } = emitted(await routeStage(parts)(record, never));
    expect(topic).toBe('eu.inference.waiting.eu-shared.v1');
    expect(EVENT_TYPES.classified.decode(message.value)).toMatchObject({
      eventId: CANDIDATE.eventId,
      highestSensitivity: 'Internal',
      categories: ['free-text'],
      digest: CANDIDATE.digest,
      payload: { recipient: CANDIDATE.payload.recipient },
    });
    expect(signedClaims(fact?.decision?.receipt ?? '', keys)).toMatchObject({
      outcome: 'hold',
      reasons: ['no-capacity'],
    });
  });

  it('is decided on as soon as there is room, and not before', async () => {
    const { parts, tell } = routerWith(0);
    const waiting = waitingStage(parts);
    await expect(waiting(record, never)).rejects.toMatchObject({ code: 'pool-refused' });
    tell(1);
    expect(emitted(await waiting(record, never)).topic).toBe('eu.inference.request.eu-shared.v1');
  });

  it('waits no longer than its contract: what is not permitted any more is held', async () => {
    const { parts } = routerWith(0, { ...PROFILE, acknowledgement: null });
    expect(await waitingStage(parts)(record, never)).toMatchObject([
      { kind: 'settle' },
      { kind: 'hold', reason: 'not-acknowledged' },
    ]);
  });

  it('goes abroad only where the profile lets load lead there', async () => {
    const { parts } = routerWith(0, { ...PROFILE, overflow: 'permitted' });
    expect(emitted(await routeStage(parts)(record, never)).topic).toBe('eu.border.us.v1');
  });
});
