import { setTimeout as sleep } from 'node:timers/promises';
import { EVENT_TYPES, topicNames } from '@bailiwick/contracts';
import type { CellSpec } from '@bailiwick/domain';
import { signedClaims } from '@bailiwick/receipt';
import type { TestCell } from '@bailiwick/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EU, RouterMesh, US } from '../router-mesh.test-kit.js';
import { profileOf, purposeOf, specOf } from '../samples.test-kit.js';

/** A receipt holds 15 minutes and a destination is away for an hour; here both are 300 times as fast. */
const TTL_MS = 3_000;
const AWAY_MS = 4 * TTL_MS;

const UK: CellSpec = {
  ...specOf('us-east'),
  region: 'uk-south',
  jurisdiction: 'uk',
  countries: ['GB'],
  pools: [{ id: 'uk-shared', dedicatedTo: null, models: ['triage-uk'] }],
  borders: ['eu'],
};
const UK_TOPICS = topicNames('uk');

let kit: RouterMesh;
let eu: TestCell;
let us: TestCell;
let uk: TestCell;
beforeAll(async () => {
  kit = await RouterMesh.start([{ ...specOf('eu-central'), borders: ['us', 'uk'] }, specOf('us-east'), UK]);
  ({ eu, us } = kit);
  uk = kit.mesh.cells[2]!;
  const atlas = profileOf('atlas');
  const [scc] = atlas.permitted;
  const adequacy = { ...scc!, jurisdiction: 'uk', transferBasis: 'adequacy' } as const;
  await eu.publish('profile', 'atlas', { ...atlas, version: 2, permitted: [scc!, adequacy] });
  const triage = purposeOf('atlas', 'case-triage');
  const british = { ...triage, id: 'case-uk', model: { ...triage.model, alias: 'triage-uk' } };
  await eu.publish('purpose', 'atlas/case-uk', british);
  await kit.stopRouter(eu);
  await kit.startRouter(eu, { BAILIWICK_RECEIPT_TTL_MS: String(TTL_MS) });
});
afterAll(() => kit?.stop());

describe('R4 a destination that is away for far longer than a receipt holds', () => {
  it('loses nothing, doubles nothing, blocks nothing else, and gets every record on a decision made when it is back', async () => {
    const waiting: string[] = [];
    await us.brokerProcess.kill();
    const downAt = Date.now();
    for (let n = 0; n < 12; n++)
      waiting.push((await kit.decided(await kit.classified('atlas', 'case-digest', `away-${n}`))).eventId);

    const { eventId: home } = await kit.decided(await kit.classified('atlas', 'case-triage', 'away-home'));
    expect(await kit.messagesOf(eu, EU.request('eu-shared'), EVENT_TYPES.request, home)).toHaveLength(1);
    const { eventId: other } = await kit.decided(await kit.classified('atlas', 'case-uk', 'away-uk'));
    expect(await kit.messagesOf(uk, UK_TOPICS.request('uk-shared'), EVENT_TYPES.request, other)).toHaveLength(
      1,
    );
    expect(Date.now() - downAt).toBeLessThan(AWAY_MS);

    await sleep(AWAY_MS - (Date.now() - downAt));
    const backAt = Date.now();
    await us.brokerProcess.start();
    for (const id of waiting) await kit.messagesOf(us, US.request('us-shared'), EVENT_TYPES.request, id);
    const arrived = (await us.read(US.request('us-shared'), EVENT_TYPES.request)).filter(({ eventId }) =>
      waiting.includes(eventId),
    );
    expect(arrived.map(({ eventId }) => eventId).toSorted()).toEqual(waiting.toSorted());
    for (const { receipt } of arrived) {
      const claims = signedClaims(receipt, kit.routerKeys('eu-central'));
      // To the second, as receipts are: none of before the return was still good.
      expect(claims?.exp).toBeGreaterThan(Math.floor(backAt / 1000));
    }
    for (const cell of [eu, us]) {
      const facts = (await cell.facts()).filter(({ eventId }) => waiting.includes(eventId));
      expect(facts.filter(({ kind }) => ['held', 'dead-lettered', 'violation'].includes(kind))).toEqual([]);
    }
    const decided = (await eu.facts()).filter(
      ({ kind, eventId }) => kind === 'decided' && waiting.includes(eventId),
    );
    // Once on the way to the border, and at least once more at the moment of leaving.
    expect(decided.length).toBeGreaterThanOrEqual(2 * waiting.length);
  }, 90_000);
});
