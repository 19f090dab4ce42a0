import { EVENT_TYPES, InferenceRequest, partitionKey, toHeaders, topicNames } from '@bailiwick/contracts';
import { readTopic, TransactionalProducer } from '@bailiwick/kafka';
import { fetch } from 'undici';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { clusterAs } from './identity-cluster.js';
import { Mesh } from './mesh.js';
import { freshId, sampleCase } from './sample-case.js';

/**
 * The attacker of this file has stolen the router's certificate, so the broker lets it write to the pool's topic. It
 * has not stolen the router's signing key. What it sends is a real request that was answered once, changed.
 */
let mesh: Mesh;
let real: InferenceRequest;
let attacker: TransactionalProducer;
beforeAll(async () => {
  mesh = await Mesh.open(inject('stackFolder'));
  const eventId = await mesh.accept({
    tenant: 'atlas',
    purpose: 'case-triage',
    id: freshId(),
    recordId: freshId(),
    fields: sampleCase(),
  });
  await mesh.ended('eu-central', eventId);
  const auditor = await clusterAs(mesh, 'eu-central', { region: 'eu-central', workload: 'auditor' });
  const requests = (await readTopic(auditor, topicNames('eu').request('eu-shared'))).flatMap(({ message }) =>
    message.value ? [InferenceRequest.decode(message.value)] : [],
  );
  const found = requests.find((request) => request.eventId === eventId);
  if (!found) throw new Error('the request is not in the pool’s topic');
  real = found;
  const router = await clusterAs(mesh, 'eu-central', { region: 'eu-central', workload: 'residency-router' });
  attacker = await TransactionalProducer.open(router, router.name(`attack-${freshId()}`));
});
afterAll(async () => {
  await attacker.close();
  await mesh.close();
});

async function plant(request: InferenceRequest, pool: string): Promise<void> {
  const { eventId, tenant, purpose, subject } = request;
  const { type, contentType } = EVENT_TYPES.request;
  const headers = toHeaders({
    id: eventId,
    type,
    source: 'spiffe://attacker',
    subject,
    time: Date.now(),
    contentType,
    tenant,
    purpose,
    classification: 'Public',
    traceparent: null,
  });
  await attacker.commit(
    [
      {
        topic: topicNames('eu').request(pool),
        key: partitionKey(tenant, subject),
        value: Buffer.from(EVENT_TYPES.request.encode(request)),
        headers,
      },
    ],
    null,
  );
}

/** Calls that a pool's adapter has made to its model. */
async function modelCalls(pool: string): Promise<number> {
  const url = mesh.cell('eu-central').services[`inference-adapter.${pool}`];
  const text = await (await fetch(`${url}/metrics`)).text();
  const lines = text.split('\n').filter((line) => line.startsWith('bailiwick_pool_call_seconds_count'));
  return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}

describe('promise 2: a request that the router did not decide on never reaches the model', () => {
  const altered = (text: string): string => {
    const [header = '', payload = '', signature = ''] = text.split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
    return [
      header,
      Buffer.from(JSON.stringify({ ...claims, exp: 4_000_000_000 })).toString('base64url'),
      signature,
    ].join('.');
  };
  const attacks: readonly (readonly [
    string,
    string,
    (request: InferenceRequest) => InferenceRequest,
    string,
  ])[] = [
    ['no receipt', 'eu-shared', (request) => ({ ...request, receipt: '' }), 'receipt-missing'],
    [
      'an altered receipt',
      'eu-shared',
      (request) => ({ ...request, receipt: altered(request.receipt) }),
      'receipt-forged',
    ],
    ['a replayed receipt', 'eu-shared', (request) => request, 'receipt-replayed'],
    [
      'a receipt of another event',
      'eu-shared',
      (request) => ({ ...request, eventId: `evt_${'a'.repeat(26)}` }),
      'receipt-other-event',
    ],
  ];
  it.each(attacks)('%s', async (_name, pool, change, code) => {
    const request = change(real);
    const before = await modelCalls(pool);
    expect(before).toBeGreaterThan(0);
    await plant(request, pool);
    expect(await mesh.violated('eu-central', request.eventId, code)).toContain(code);
    expect(await modelCalls(pool)).toBe(before);
  });

  it('a request for another pool can be neither opened nor answered there', async () => {
    const before = await modelCalls('eu-nordlicht');
    await plant(real, 'eu-nordlicht');
    const code = 'receipt-other-pool';
    expect(await mesh.violated('eu-central', real.eventId, code)).toContain(code);
    expect(await modelCalls('eu-nordlicht')).toBe(before);
  });

  it('the CRM saw the one answer that was decided on', async () => {
    expect(await mesh.writes(real.eventId)).toHaveLength(1);
  });
});
