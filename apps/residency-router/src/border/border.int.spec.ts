import { setTimeout as sleep } from 'node:timers/promises';
import { EVENT_TYPES, type BorderCrossing, type InferenceResult } from '@bailiwick/contracts';
import { signedClaims } from '@bailiwick/receipt';
import type { TestCell } from '@bailiwick/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EU, RouterMesh, US } from '../router-mesh.test-kit.js';
import { profileOf } from '../samples.test-kit.js';

let kit: RouterMesh;
let eu: TestCell;
let us: TestCell;
beforeAll(async () => {
  kit = await RouterMesh.start();
  ({ eu, us } = kit);
});
afterAll(() => kit?.stop());

describe('the border', () => {
  it('brings a permitted record to a pool abroad and its answer home, each exactly once', async () => {
    const { eventId: id } = await kit.decided(
      await kit.classified('atlas', 'case-digest', 'b-1', 'Internal'),
    );
    const [request] = await kit.messagesOf(us, US.request('us-shared'), EVENT_TYPES.request, id);
    expect(await kit.opened(us, request!)).toEqual({ Subject: 'b-1' });
    expect(signedClaims(request!.receipt, kit.routerKeys('eu-central'))).toMatchObject({
      basis: 'scc',
      from: { jurisdiction: 'eu' },
      to: { region: 'us-east', jurisdiction: 'us' },
    });
    expect((await kit.factOf(eu, id, 'relayed'))[0]!.reason).toBe('to us-east');
    expect((await kit.factOf(us, id, 'relayed'))[0]!.reason).toBe('from eu-central');

    const { tenant, purpose, object, subject, receipt, payload } = request!;
    const names = { eventId: id, tenant, purpose, object, subject };
    const result: InferenceResult = {
      ...names,
      purposeVersion: 1,
      homeRegion: 'eu-central',
      pool: 'us-shared',
      model: 'triage-long',
      receipt,
      output: payload,
      usage: undefined,
      facets: {},
      receivedAt: undefined,
      finishedAt: undefined,
    };
    const crossing: BorderCrossing = {
      ...names,
      fromRegion: 'us-east',
      toRegion: 'eu-central',
      cargo: { $case: 'result', value: result },
    };
    await us.write('inference-adapter.us-shared', US.border('eu'), EVENT_TYPES.border, crossing);
    expect(await kit.messagesOf(eu, EU.result, EVENT_TYPES.result, id)).toHaveLength(1);
    expect(await kit.messagesOf(us, US.request('us-shared'), EVENT_TYPES.request, id)).toHaveLength(1);
  });

  it('brings a request that expired abroad back home, where it is decided again', async () => {
    const { eventId: id } = await kit.decided(await kit.classified('atlas', 'case-digest', 'b-2'));
    const [request] = await kit.messagesOf(us, US.request('us-shared'), EVENT_TYPES.request, id);
    await us.write('inference-adapter.us-shared', US.returned, EVENT_TYPES.request, request!);
    const requests = await kit.messagesOf(us, US.request('us-shared'), EVENT_TYPES.request, id, 2);
    expect(await kit.opened(us, requests[1]!)).toEqual({ Subject: 'b-2' });
    expect(requests).toHaveLength(2);
  });

  it('lets nothing in that the router of its home did not allow to come here', async () => {
    const { eventId: id } = await kit.decided(await kit.classified('atlas', 'case-triage', 'b-3'));
    const [request] = await kit.messagesOf(eu, EU.request('eu-shared'), EVENT_TYPES.request, id);
    const { tenant, purpose, object, subject } = request!;
    const smuggled = { ...request!, pool: 'us-shared' };
    await eu.write('inference-adapter.eu-shared', EU.border('us'), EVENT_TYPES.border, {
      fromRegion: 'eu-central',
      toRegion: 'us-east',
      cargo: { $case: 'request', value: smuggled },
      eventId: id,
      tenant,
      purpose,
      object,
      subject,
    });
    const [fact] = await kit.factOf(eu, id, 'violation');
    expect(fact!.reason).toBe('receipt-other-pool');
    expect(await us.read(US.inbox, EVENT_TYPES.border)).not.toContainEqual(
      expect.objectContaining({ eventId: id }),
    );
  });

  it('R2 keeps what is more sensitive than its label says, and reports it', async () => {
    const { eventId: id } = await kit.decided(
      await kit.classified('atlas', 'case-digest', 'lena.vogt@example.org'),
    );
    const [fact] = await kit.factOf(eu, id, 'violation');
    expect(fact!.reason).toBe('content-above-label');
    const [held] = await kit.messagesOf(eu, EU.held, EVENT_TYPES.held, id);
    expect(held!.detail).toBe('Subject holds EMAIL_ADDRESS, which this transfer does not permit');
    expect((await us.read(US.inbox, EVENT_TYPES.border)).some(({ eventId }) => eventId === id)).toBe(false);
  });

  it('decides at the moment of leaving: what waited while its permission was withdrawn stays', async () => {
    await kit.stopRouter(eu);
    const unreachable = [{ region: 'us-east', jurisdiction: 'us', brokers: ['127.0.0.1:1'] }];
    await kit.startRouter(eu, { BAILIWICK_NEIGHBOURS: JSON.stringify(unreachable) });
    const { eventId: id } = await kit.decided(await kit.classified('atlas', 'case-digest', 'b-4'));
    expect(await kit.messagesOf(eu, EU.border('us'), EVENT_TYPES.border, id)).toHaveLength(1);
    await kit.stopRouter(eu);
    const atlas = profileOf('atlas');
    await eu.publish('profile', 'atlas', { ...atlas, version: 2, permitted: [] });

    await kit.startRouter(eu);
    const [, again] = await kit.factOf(eu, id, 'decided', 2);
    expect(again!.decision).toMatchObject({
      outcome: 'hold',
      reasons: ['transfer-not-permitted'],
      profileVersion: 2,
    });
    expect(await kit.messagesOf(eu, EU.held, EVENT_TYPES.held, id)).toHaveLength(1);

    await eu.publish('profile', 'atlas', { ...atlas, version: 3 });
    const { eventId: next } = await kit.decided(await kit.classified('atlas', 'case-digest', 'b-5'));
    expect(await kit.messagesOf(us, US.request('us-shared'), EVENT_TYPES.request, next)).toHaveLength(1);
    expect((await us.read(US.inbox, EVENT_TYPES.border)).some(({ eventId }) => eventId === id)).toBe(false);
  });

  it('R4 loses nothing and doubles nothing while the link flaps, keeps each record’s order, and blocks nothing at home', async () => {
    const RECORDS = 30;
    const sent: string[] = [];
    let stop = false;
    const flapping = (async () => {
      for (let cut = 0; cut < 3 && !stop; cut++) {
        await us.brokerProcess.kill();
        await sleep(1500);
        await us.brokerProcess.start();
        await sleep(1500);
      }
    })();
    try {
      for (let n = 0; n < RECORDS; n++) {
        const { eventId: id } = await kit.decided(
          await kit.classified('atlas', 'case-digest', `flap-${n}`, 'Internal', 'one-record'),
        );
        sent.push(id);
        await sleep(150);
      }
      const { eventId: home } = await kit.decided(await kit.classified('atlas', 'case-triage', 'flap-home'));
      expect(await kit.messagesOf(eu, EU.request('eu-shared'), EVENT_TYPES.request, home)).toHaveLength(1);
    } finally {
      stop = true;
      await flapping;
    }
    await kit.messagesOf(us, US.request('us-shared'), EVENT_TYPES.request, sent.at(-1) ?? '');
    const arrived = (await us.read(US.request('us-shared'), EVENT_TYPES.request)).filter(({ eventId: id }) =>
      sent.includes(id),
    );
    expect(arrived.map(({ eventId: id }) => id)).toEqual(sent);
  }, 120_000);

  it('R4 a request that lies twice in the inbox goes to the pool under one receipt, by which its adapter knows the second', async () => {
    const { eventId: id } = await kit.decided(await kit.classified('atlas', 'case-digest', 'twice'));
    await kit.messagesOf(us, US.request('us-shared'), EVENT_TYPES.request, id);
    const [crossing] = (await us.read(US.inbox, EVENT_TYPES.border)).filter(({ eventId: of }) => of === id);
    await us.write('residency-router', US.inbox, EVENT_TYPES.border, crossing!);
    const requests = await kit.messagesOf(us, US.request('us-shared'), EVENT_TYPES.request, id, 2);
    expect(new Set(requests.map(({ receipt }) => receipt)).size).toBe(1);
  });
});
