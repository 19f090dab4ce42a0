import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import {
  EVENT_TYPES,
  PoolReport,
  ResidencyServiceClient,
  type DecideRequest,
  type DecideResponse,
  type ExplainRequest,
  type ExplainResponse,
  type SimulateRequest,
  type SimulateResponse,
  type EventType,
} from '@bailiwick/contracts';
import { createClient } from '@bailiwick/grpc';
import { ReportWriter } from '@bailiwick/kafka';
import { signedClaims } from '@bailiwick/receipt';
import type { TestCell } from '@bailiwick/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EU, RouterMesh, US } from './router-mesh.test-kit.js';
import { beat, poolOf, profileOf, purposeOf } from './samples.test-kit.js';

/** Values as they lie on the broker. */
const RAW: EventType<Buffer> = {
  type: '',
  contentType: 'application/protobuf',
  encode: (bytes) => bytes,
  decode: (bytes) => Buffer.from(bytes),
};

let kit: RouterMesh;
let eu: TestCell;
let grpcPort: string;
beforeAll(async () => {
  kit = await RouterMesh.start();
  ({ eu } = kit);
  await kit.stopRouter(eu);
  grpcPort = await kit.startRouter(eu);
});
afterAll(() => kit?.stop());

describe('the residency-router on real brokers and databases', () => {
  it('seals a record to a pool of its home region, under a receipt that anyone can verify', async () => {
    const { eventId: id } = await kit.decided(
      await kit.classified('atlas', 'case-triage', 'r-1', 'Confidential'),
    );
    const [request] = await kit.messagesOf(eu, EU.request('eu-shared'), EVENT_TYPES.request, id);
    expect(await kit.opened(eu, request!)).toEqual({ Subject: 'r-1' });
    expect(request).toMatchObject({ model: 'triage-small', homeRegion: 'eu-central', pool: 'eu-shared' });
    const [fact] = await kit.factOf(eu, id, 'decided');
    expect(fact!.decision).toMatchObject({
      outcome: 'allow',
      reasons: ['home-pool'],
      transferBasis: 'none-needed',
      fromJurisdiction: 'eu',
      toJurisdiction: 'eu',
      receipt: request!.receipt,
    });
  });

  it('seals a record of a dedicated tenant to its own pool only', async () => {
    const { eventId: id } = await kit.decided(
      await kit.classified('nordlicht', 'case-triage', 'r-2', 'Confidential'),
    );
    const [request] = await kit.messagesOf(eu, EU.request('eu-nordlicht'), EVENT_TYPES.request, id);
    expect(await kit.opened(eu, request!)).toEqual({ Subject: 'r-2' });
    expect(await eu.read(EU.request('eu-shared'), EVENT_TYPES.request)).toHaveLength(1);
  });

  it.each([
    ['nobody has acknowledged', 'pending', 'case-triage', 'Internal', 'not-acknowledged'],
    ['has no profile', 'nobody', 'case-triage', 'Internal', 'no-profile'],
    ['only a shared pool abroad could answer', 'nordlicht', 'case-digest', 'Public', 'dedicated-only'],
    ['is too sensitive to leave', 'atlas', 'case-digest', 'Confidential', 'too-sensitive'],
    ['has an unknown label', 'atlas', 'case-triage', 'Secret', 'unknown-label'],
  ])(
    'holds a record that %s, with a signed receipt of that decision',
    async (what, tenant, purpose, label, reason) => {
      const { eventId: id } = await kit.decided(await kit.classified(tenant, purpose, what, label));
      const [fact] = await kit.factOf(eu, id, 'decided');
      const claims = signedClaims(fact!.decision!.receipt, kit.routerKeys('eu-central'));
      expect(claims).toMatchObject({ event: id, outcome: 'hold', reasons: [reason], pool: null, to: null });
      const [held] = await kit.messagesOf(eu, EU.held, EVENT_TYPES.held, id);
      expect(held!.reason).toBe(reason);
      for (const topic of [EU.border('us'), ...eu.spec.pools.map((pool) => EU.request(pool.id))]) {
        const messages = await eu.read(topic, RAW);
        expect(messages.some((bytes) => bytes.includes(id))).toBe(false);
      }
    },
  );

  it('decides again on a request whose receipt expired in the queue of its pool', async () => {
    const { eventId: id } = await kit.decided(await kit.classified('atlas', 'case-triage', 'r-3'));
    const [request] = await kit.messagesOf(eu, EU.request('eu-shared'), EVENT_TYPES.request, id);
    await eu.write('inference-adapter.eu-shared', EU.returned, EVENT_TYPES.request, request!);
    const [, again] = await kit.messagesOf(eu, EU.request('eu-shared'), EVENT_TYPES.request, id, 2);
    expect(await kit.opened(eu, again!)).toEqual({ Subject: 'r-3' });
    expect(await kit.factOf(eu, id, 'decided', 2)).toHaveLength(2);
  });

  it('refuses a returned request whose receipt no router signed', async () => {
    const { eventId: id } = await kit.decided(await kit.classified('atlas', 'case-triage', 'r-4'));
    const [request] = await kit.messagesOf(eu, EU.request('eu-shared'), EVENT_TYPES.request, id);
    const forged = { ...request!, receipt: `${request!.receipt.slice(0, -4)}AAAA` };
    await eu.write('inference-adapter.eu-shared', EU.returned, EVENT_TYPES.request, forged);
    const [fact] = await kit.factOf(eu, id, 'violation');
    expect(fact!.reason).toBe('receipt-forged');
    expect(await eu.read(EU.request('eu-shared'), EVENT_TYPES.request)).not.toContainEqual(forged);
  });
});

describe('R1 R4 a French contact in a tenant that is at home in the US', () => {
  /** Has records decided on until the router has heard what makes the reason this one; gives the last one's id. */
  async function decided(
    name: string,
    purpose: string,
    subjectJurisdiction: string,
    reason: string,
  ): Promise<string> {
    const { us } = kit;
    for (let n = 0; n < 20; n++) {
      const source = `${name}-${n}`;
      const made = { at: us, subjectJurisdiction };
      const record = await kit.classified('harbor', purpose, source, 'Internal', source, made);
      const { eventId: id } = await kit.decided(record, us);
      const [fact] = await kit.factOf(us, id, 'decided');
      if (fact?.decision?.reasons[0] === reason) return id;
    }
    throw new Error(`nothing was decided for ${reason}`);
  }
  const OWN_LAW = `@id("own-law") @sentence("A data subject under another law than ours is answered for there.")
    @source("Privacy notice 2026, 5") forbid (principal, action == Action::"infer", resource)
    when { context.record has subject && context.record.subject != resource.jurisdiction };`;

  // Up to Internal may go to the EU, and a model that only a pool there serves is asked for.
  beforeAll(async () => {
    const scc = {
      jurisdiction: 'eu',
      transferBasis: 'scc',
      documentReference: 'SCC-H',
      highestSensitivity: 'Internal',
    } as const;
    const { us } = kit;
    const pool = await poolOf(kit.mesh, 'eu-shared');
    await us.publish('profile', 'harbor', { ...profileOf('harbor'), version: 2, permitted: [scc] });
    await us.publish('pool', 'eu-shared', { ...pool, models: [...pool.models, 'triage-eu'] });
    const triage = purposeOf('harbor', 'case-triage');
    const digest = { ...triage, id: 'case-eu', model: { ...triage.model, alias: 'triage-eu' } };
    await us.publish('purpose', 'harbor/case-eu', digest);
  });

  it('is answered at home, and the receipt says whose law it is under', async () => {
    const id = await decided('french-home', 'case-triage', 'eu', 'home-pool');
    const [request] = await kit.messagesOf(kit.us, US.request('us-shared'), EVENT_TYPES.request, id);
    expect(signedClaims(request!.receipt, kit.routerKeys('us-east'))).toMatchObject({
      reasons: ['home-pool'],
      labels: { subjectJurisdiction: 'eu' },
    });
  });

  it('may go to the EU, whose law it is, where the contract names a basis', async () => {
    const id = await decided('french-abroad', 'case-eu', 'eu', 'transfer-permitted');
    const [request] = await kit.messagesOf(eu, EU.request('eu-shared'), EVENT_TYPES.request, id);
    expect(await kit.opened(eu, request!)).toMatchObject({
      Subject: expect.stringContaining('french-abroad'),
    });
    const [again] = (await kit.factOf(kit.us, id, 'decided', 2)).slice(1);
    expect(
      signedClaims(again!.decision!.receipt, kit.routerKeys('us-east'))?.labels.subjectJurisdiction,
    ).toBe('eu');
  });

  it('is not taken to be there when nobody knows the country: the clauses cover no third law', async () => {
    const id = await decided('unknown-abroad', 'case-eu', 'unknown', 'subject-elsewhere');
    const [held] = await kit.messagesOf(kit.us, US.held, EVENT_TYPES.held, id);
    expect(held!.reason).toBe('subject-elsewhere');
    expect(await kit.us.read(US.border('eu'), EVENT_TYPES.border)).not.toContainEqual(
      expect.objectContaining({ eventId: id }),
    );
  });

  it('is answered there although a pool at home could, where the tenant wants everybody answered under his own law', async () => {
    await kit.us.publish('policy', 'harbor', { tenant: 'harbor', version: 1, text: OWN_LAW });
    const id = await decided('french-own-law', 'case-triage', 'eu', 'transfer-permitted');
    expect(await kit.messagesOf(eu, EU.request('eu-shared'), EVENT_TYPES.request, id)).toHaveLength(1);
    await decided('unknown-own-law', 'case-triage', 'unknown', 'subject-elsewhere');
    await kit.us.publish('policy', 'harbor', null);
  });
});

/** A caller of the residency service with the operator's certificate. */
async function operatorClient(): Promise<ResidencyServiceClient> {
  const { BAILIWICK_TLS_CERT, BAILIWICK_TLS_KEY, BAILIWICK_TLS_CA } = await eu.environment('operator');
  const [cert, key, ca] = [BAILIWICK_TLS_CERT, BAILIWICK_TLS_KEY, BAILIWICK_TLS_CA].map((file) =>
    readFileSync(file ?? '', 'utf8'),
  ) as [string, string, string];
  return createClient(ResidencyServiceClient, `127.0.0.1:${grpcPort}`, { cert, key, ca });
}

describe('the residency service', () => {
  it('decides and explains over gRPC for a caller with a certificate of the mesh, and moves nothing', async () => {
    const client = await operatorClient();
    const record = {
      tenant: 'atlas',
      purpose: 'case-digest',
      highestSensitivity: 'Restricted',
      categories: ['free-text'],
    };
    const decision = await promisify<DecideRequest, DecideResponse>(client.decide.bind(client))(record);
    expect(decision).toMatchObject({
      outcome: 'hold',
      reasons: ['too-sensitive'],
      profileVersion: profileOf('atlas').version,
      pool: '',
    });
    const { steps } = await promisify<ExplainRequest, ExplainResponse>(client.explain.bind(client))({
      record,
    });
    expect(steps.map(({ rule, passed }) => `${rule} ${passed}`)).toContain('permitted-transfer false');
    expect(steps.at(-1)).toMatchObject({ rule: 'denied-by-default', passed: false });
    await expect(
      promisify<DecideRequest, DecideResponse>(client.decide.bind(client))({ ...record, tenant: '' }),
    ).rejects.toMatchObject({ code: 3 });
    client.close();

    const { BAILIWICK_TLS_CA } = await eu.environment('operator');
    const ca = readFileSync(BAILIWICK_TLS_CA ?? '', 'utf8');
    const stranger = createClient(
      ResidencyServiceClient,
      `127.0.0.1:${grpcPort}`,
      { ca },
      { deadlineMs: 2000 },
    );
    await expect(
      promisify<DecideRequest, DecideResponse>(stranger.decide.bind(stranger))(record),
    ).rejects.toMatchObject({ code: 14 });
    stranger.close();
  });

  it('obeys what a tenant forbids beyond its contract, and tells before what a candidate would change', async () => {
    const client = await operatorClient();
    const decide = promisify<DecideRequest, DecideResponse>(client.decide.bind(client));
    const record = {
      tenant: 'atlas',
      purpose: 'case-triage',
      highestSensitivity: 'Internal',
      categories: [],
    };
    const forbid = (condition: string): string =>
      `@id("p") @sentence("It is forbidden.") @source("Contract 3") forbid (principal, action, resource) ${condition};`;

    const simulated = await promisify<SimulateRequest, SimulateResponse>(client.simulate.bind(client))({
      tenant: 'atlas',
      candidate: forbid('when { context.purpose.id == "case-triage" }'),
      records: [
        { eventId: 'evt_a', record },
        { eventId: 'evt_b', record: { ...record, purpose: 'case-digest' } },
      ],
    });
    expect(simulated).toMatchObject({
      decided: 2,
      problems: [],
      differences: [{ eventId: 'evt_a', policies: ['p'], after: { reasons: ['tenant-policy'] } }],
    });
    expect(await decide(record)).toMatchObject({ outcome: 'allow' });

    const { policyDigest } = await decide(record);
    await eu.publish('policy', 'atlas', { tenant: 'atlas', version: 1, text: forbid('') });
    await expect.poll(async () => (await decide(record)).reasons).toEqual(['tenant-policy']);
    expect((await decide(record)).policyDigest).not.toBe(policyDigest);
    await eu.publish('policy', 'atlas', {
      tenant: 'atlas',
      version: 2,
      text: 'permit (principal, action, resource);',
    });
    await expect.poll(async () => (await decide(record)).reasons).toEqual(['policy-error']);
    await eu.publish('policy', 'atlas', { tenant: 'atlas', version: 3, text: '' });
    await expect.poll(async () => (await decide(record)).outcome).toBe('allow');
    client.close();
  });
});

describe('R1 a pool of which its adapter reports', () => {
  const ACCELERATOR = 'GPU-7f0c';
  const record = { tenant: 'atlas', purpose: 'case-triage', highestSensitivity: 'Internal', categories: [] };
  let adapter: ReportWriter<PoolReport>;
  let decide: (request: DecideRequest) => Promise<DecideResponse>;
  const tell = (room: number, region = 'eu-central'): Promise<void> =>
    adapter.write(
      'eu-shared',
      Date.now(),
      PoolReport.fromPartial({
        pool: 'eu-shared',
        region,
        at: new Date(),
        places: 4,
        room,
        statement: { at: new Date(), models: ['triage-small'], accelerators: { ids: [ACCELERATOR] } },
      }),
    );
  const outcomeIs = (outcome: string) => async (): Promise<void> => {
    await expect.poll(async () => (await decide(record)).outcome, { timeout: 20_000 }).toBe(outcome);
  };

  beforeAll(async () => {
    adapter = new ReportWriter(
      await eu.cluster('inference-adapter.eu-shared'),
      EU.report('eu-shared'),
      EVENT_TYPES.report,
    );
    await adapter.start();
    const client = await operatorClient();
    decide = promisify<DecideRequest, DecideResponse>(client.decide.bind(client));
  });
  afterAll(() => adapter?.stop());

  it('takes no records while it is full: they wait for it, and are decided on once it has room', async () => {
    await tell(0);
    await outcomeIs('hold')();
    const { eventId: id } = await kit.decided(await kit.classified('atlas', 'case-triage', 'full-1'));
    const [fact] = await kit.factOf(eu, id, 'decided');
    expect(fact!.decision).toMatchObject({ outcome: 'hold', reasons: ['no-capacity'] });
    expect(await kit.messagesOf(eu, EU.waiting('eu-shared'), EVENT_TYPES.classified, id)).toMatchObject([
      { highestSensitivity: 'Internal' },
    ]);
    for (const topic of [EU.held, EU.border('us'), EU.request('eu-shared')])
      expect((await eu.read(topic, RAW)).some((bytes) => bytes.includes(id))).toBe(false);

    await tell(3);
    const [request] = await kit.messagesOf(eu, EU.request('eu-shared'), EVENT_TYPES.request, id);
    expect(await kit.opened(eu, request!)).toEqual({ Subject: 'full-1' });
    expect(await kit.factOf(eu, id, 'decided', 2)).toHaveLength(2);
  });

  it('has the accelerators that it says, for tenants that ask for them', async () => {
    const only = (accelerator: string): string =>
      `@id("audited") @sentence("Only audited accelerators.") @source("Audit") forbid (principal, action, resource)
      unless { resource.accelerators.contains("${accelerator}") };`;
    await eu.publish('policy', 'atlas', { tenant: 'atlas', version: 4, text: only('GPU-other') });
    await outcomeIs('hold')();
    await eu.publish('policy', 'atlas', { tenant: 'atlas', version: 5, text: only(ACCELERATOR) });
    await outcomeIs('allow')();
    await eu.publish('policy', 'atlas', { tenant: 'atlas', version: 6, text: '' });
  });

  it('is nobody else’s to report of', async () => {
    for (const workload of ['inference-adapter.eu-nordlicht', 'residency-router', 'operator']) {
      const other = new ReportWriter(await eu.cluster(workload), EU.report('eu-shared'), EVENT_TYPES.report);
      await other.start();
      await expect(other.write('eu-shared', Date.now(), PoolReport.fromPartial({}))).rejects.toMatchObject({
        name: 'BailiwickError',
      });
      await other.stop();
    }
  });
});

describe('control topics that say nothing new', () => {
  it('hold everything from the limit on', async () => {
    await beat(eu, Date.now() - 400_000);
    const { eventId: id } = await kit.decided(await kit.classified('atlas', 'case-triage', 's-1'));
    const [held] = await kit.messagesOf(eu, EU.held, EVENT_TYPES.held, id);
    expect(held!.reason).toBe('policy-stale');
    await beat(eu);
  });
});
