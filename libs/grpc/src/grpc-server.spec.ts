import { once } from 'node:events';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from '@grpc/grpc-js';
import { loadSync, type ServiceDefinition } from '@grpc/proto-loader';
import {
  IngestServiceClient,
  IngestServiceService,
  ResidencyServiceClient,
  ResidencyServiceService,
  SendRequest,
  type SendResponse,
  type DecideRequest,
  DecideResponse,
} from '@bailiwick/contracts';
import { BailiwickError, HealthRegistry, SILENT } from '@bailiwick/platform';
import { context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { testAuthority } from './certificates.test-kit.js';
import { answerOf, createClient } from './client.js';
import { GrpcServer, type GrpcServerOptions } from './grpc-server.js';
import { handlers, type CallContext } from './handlers.js';
import { askHealth } from './health-client.js';
import type { TlsIdentity } from './tls-identity.js';

const ROUTER = 'spiffe://bailiwick.local/eu-central/residency-router';
const LINEAGE = 'spiffe://bailiwick.local/eu-central/lineage';
const REQUEST: DecideRequest = {
  tenant: 'atlas',
  purpose: 'p',
  highestSensitivity: 'Public',
  categories: [],
};

let router: TlsIdentity;
let lineage: TlsIdentity;
let stranger: TlsIdentity;
const spans = new InMemorySpanExporter();
const tracing = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter: spans })] });

beforeAll(async () => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  trace.setGlobalTracerProvider(tracing);
  const issue = await testAuthority();
  [router, lineage] = await Promise.all([issue(ROUTER), issue(LINEAGE)]);
  stranger = await (await testAuthority())(LINEAGE);
});
afterAll(() => tracing.shutdown());

let answered = 0;
let ended = 0;

const cleanUp: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of cleanUp.splice(0).toReversed()) await end();
  spans.reset();
  answered = ended = 0;
});

async function serve(
  decide: (request: DecideRequest, context: CallContext) => Promise<DecideResponse>,
  options: Partial<GrpcServerOptions> = {},
): Promise<{ server: GrpcServer; health: HealthRegistry }> {
  const health = new HealthRegistry();
  const { unary, duplex } = handlers(SILENT);
  const server = new GrpcServer({
    host: '127.0.0.1',
    port: 0,
    tls: router,
    health,
    graceMs: 500,
    ...options,
  });
  server.add(ResidencyServiceService, {
    decide: unary(decide),
    explain: unary(() => Promise.reject(new Error('not here'))),
  });
  server.add(IngestServiceService, {
    send: duplex<SendRequest, SendResponse>(async ({ requests, answer }) => {
      for await (const { sequence, purpose } of requests) {
        if (purpose === 'refuse') throw new BailiwickError('token-invalid', 'the token has expired');
        const value = { eventId: 'e'.repeat(1000) };
        await answer({ sequence, result: { $case: 'accepted', value }, resumeToken: '' });
        answered++;
      }
      ended++;
    }),
  });
  await server.start();
  cleanUp.push(() => server.stop());
  return { server, health };
}

const held = (reason: string): DecideResponse =>
  DecideResponse.fromPartial({ outcome: 'hold', reasons: [reason] });

function clientOf(server: GrpcServer, tls: TlsIdentity | { ca: string }, deadlineMs = 3000) {
  const client = createClient(ResidencyServiceClient, server.address, tls, { deadlineMs });
  cleanUp.push(() => client.close());
  return client;
}

describe('identity', () => {
  it('tells a service who calls, by the SPIFFE id of the verified certificate', async () => {
    const { server } = await serve(async (_request, { peer }) => held(peer ?? 'nobody'));
    const client = clientOf(server, lineage);
    expect(await answerOf<DecideResponse>((done) => client.decide(REQUEST, done))).toMatchObject({
      reasons: [LINEAGE],
    });
  });

  it.each([
    ['without a certificate', () => ({ ca: router.ca })],
    ['with a certificate of another authority', () => ({ ...stranger, ca: router.ca })],
  ])('refuses a caller %s', async (_case, tls) => {
    const { server } = await serve(async () => held('reached'));
    const client = clientOf(server, tls());
    await expect(answerOf((done) => client.decide(REQUEST, done))).rejects.toMatchObject({
      code: 'peer-unavailable',
    });
  });

  it('asks for no certificate where an access token is the credential', async () => {
    const { server } = await serve(async (_request, { peer }) => held(peer ?? 'nobody'), {
      clientCertificates: 'optional',
    });
    const client = clientOf(server, { ca: router.ca });
    expect(await answerOf<DecideResponse>((done) => client.decide(REQUEST, done))).toMatchObject({
      reasons: ['nobody'],
    });
  });
});

describe('failures', () => {
  it('a caller gets the error that the service had, by its code', async () => {
    const { server } = await serve(() =>
      Promise.reject(new BailiwickError('wrong-cell', 'elsewhere', { extensions: { endpoint: 'there:1' } })),
    );
    const client = clientOf(server, lineage);
    await expect(answerOf((done) => client.decide(REQUEST, done))).rejects.toMatchObject({
      code: 'wrong-cell',
      detail: 'elsewhere',
      extensions: { endpoint: 'there:1' },
    });
  });

  it('a call ends at its deadline, and the service hears of it', async () => {
    let cancelled = false;
    const { server } = await serve(async (_request, context) => {
      await once(context.cancelled, 'abort');
      cancelled = true;
      return held('too late');
    });
    const client = clientOf(server, lineage, 150);
    await expect(answerOf((done) => client.decide(REQUEST, done))).rejects.toMatchObject({
      code: 'deadline-exceeded',
    });
    await sleep(100);
    expect(cancelled).toBe(true);
  });

  it('a stream answers what came before its failure, then ends with the code', async () => {
    const { server } = await serve(async () => held('unused'));
    const client = createClient(IngestServiceClient, server.address, lineage);
    cleanUp.push(() => client.close());
    const call = client.send();
    const answers: SendResponse[] = [];
    call.on('data', (response: SendResponse) => answers.push(response));
    const failed = once(call, 'error');
    call.write(SendRequest.fromPartial({ sequence: 1n }));
    call.write(SendRequest.fromPartial({ sequence: 2n, purpose: 'refuse' }));
    const [failure] = await failed;
    expect(failure).toMatchObject({ code: 16, details: 'the token has expired' });
    expect(answers.map(({ sequence }) => sequence)).toEqual([1n]);
  });

  it('a stream ends when its caller goes away', async () => {
    const { server } = await serve(async () => held('unused'));
    const client = createClient(IngestServiceClient, server.address, lineage);
    const call = client.send();
    call.on('error', () => undefined);
    call.write(SendRequest.fromPartial({ sequence: 1n }));
    await once(call, 'data');
    call.cancel();
    client.close();
    await vi.waitFor(() => expect(ended).toBe(1));
  });

  it('a caller that does not read its answers is not read from', async () => {
    const { server } = await serve(async () => held('unused'));
    const client = createClient(IngestServiceClient, server.address, lineage);
    cleanUp.push(() => client.close());
    const call = client.send();
    let read = 0;
    call.on('data', () => read++);
    call.write(SendRequest.fromPartial({ sequence: 0n }));
    await vi.waitFor(() => expect(read).toBe(1));
    call.pause();
    for (let sequence = 1; sequence < 5_000; sequence++)
      call.write(SendRequest.fromPartial({ sequence: BigInt(sequence) }));
    call.end();
    await vi.waitFor(async () => {
      const before = answered;
      await sleep(200);
      expect(answered).toBe(before);
    }, 5000);
    expect(answered).toBeLessThan(2_000);
    const end = once(call, 'end');
    call.resume();
    await end;
    expect(read).toBe(5_000);
  });

  it('a message above the limit is refused before it is decoded', async () => {
    const { server } = await serve(async () => held('reached'), { maxMessageBytes: 1024 });
    const client = clientOf(server, lineage);
    await expect(
      answerOf((done) => client.decide({ ...REQUEST, purpose: 'x'.repeat(5000) }, done)),
    ).rejects.toMatchObject({ code: 'body-too-large' });
  });
});

describe('one trace', () => {
  it('continues the caller’s trace in the service, with attributes of the allow-list only', async () => {
    const { server } = await serve(async () => held(trace.getActiveSpan()?.spanContext().traceId ?? ''));
    const client = clientOf(server, lineage);
    const response = await answerOf<DecideResponse>((done) => client.decide(REQUEST, done));
    const [serverSpan, clientSpan] = spans.getFinishedSpans();
    expect(serverSpan?.parentSpanContext?.spanId).toBe(clientSpan?.spanContext().spanId);
    expect(response.reasons).toEqual([clientSpan?.spanContext().traceId]);
    expect(serverSpan?.attributes).toEqual({
      'rpc.system': 'grpc',
      'rpc.method': 'bailiwick.residency.v1.ResidencyService/Decide',
      'rpc.grpc.status_code': 0,
    });
  });
});

/** What of a reflection answer is looked at. */
interface Reflected {
  readonly listServicesResponse?: { readonly service: readonly { readonly name: string }[] };
  readonly fileDescriptorResponse?: { readonly fileDescriptorProto: readonly Buffer[] };
}

describe('life cycle', () => {
  it('serves the health of the process by the standard protocol', async () => {
    const { server, health } = await serve(async () => held('unused'));
    const ask = (name?: string): Promise<string> => askHealth(server.address, lineage, name);
    let problem: string | null = null;
    health.add({ name: 'kafka', problem: () => problem });
    for (const name of ['', 'bailiwick.residency.v1.ResidencyService'])
      expect(await ask(name)).toBe('SERVING');
    problem = 'the broker does not answer';
    await vi.waitFor(async () => expect(await ask()).toBe('NOT_SERVING'));
    expect(await ask('bailiwick.residency.v1.ResidencyService')).toBe('NOT_SERVING');
    problem = null;
    await vi.waitFor(async () => expect(await ask()).toBe('SERVING'));
  });

  it('does not wait for those who watch its health when it serves nothing else', async () => {
    const server = new GrpcServer({ host: '127.0.0.1', port: 0, tls: router, health: new HealthRegistry() });
    await server.start();
    const client = createClient(Client, server.address, lineage);
    cleanUp.push(() => client.close());
    // An empty request names the server as a whole.
    const empty = (): Buffer => Buffer.alloc(0);
    const watch = client.makeServerStreamRequest('/grpc.health.v1.Health/Watch', empty, String, null);
    watch.on('error', () => undefined);
    await once(watch, 'data');
    const stopped = server.stop().then(() => 'stopped');
    expect(await Promise.race([stopped, sleep(2000)])).toBe('stopped');
  });

  it('lets a running call end when it stops, and takes no new one', async () => {
    let reached = (): void => undefined;
    const running = new Promise<void>((resolve) => (reached = resolve));
    const { server } = await serve(async () => {
      reached();
      await sleep(200);
      return held('finished');
    });
    const client = clientOf(server, lineage);
    const first = answerOf<DecideResponse>((done) => client.decide(REQUEST, done));
    await running;
    const stopped = server.stop();
    expect(server.draining.aborted).toBe(true);
    expect((await first).reasons).toEqual(['finished']);
    await stopped;
    await expect(answerOf((done) => client.decide(REQUEST, done))).rejects.toMatchObject({
      code: 'peer-unavailable',
    });
  });

  it('describes its services to grpcurl by reflection', async () => {
    const { server } = await serve(async () => held('unused'));
    const client = createClient(Client, server.address, lineage);
    cleanUp.push(() => client.close());
    const packaged = createRequire(import.meta.url).resolve('@grpc/reflection/package.json');
    const file = join(dirname(packaged), 'build/proto/grpc/reflection/v1/reflection.proto');
    const list = loadSync(file)['grpc.reflection.v1.ServerReflection'] as ServiceDefinition;
    const method = list['ServerReflectionInfo'];
    if (!method) throw new Error('the reflection protocol has another method now');
    const ask = async (request: object): Promise<Reflected> => {
      const call = client.makeBidiStreamRequest(
        method.path,
        method.requestSerialize,
        method.responseDeserialize,
      );
      const answered = once(call, 'data') as Promise<[Reflected]>;
      call.write(request);
      call.end();
      return (await answered)[0];
    };
    const { listServicesResponse } = await ask({ listServices: '*' });
    expect(listServicesResponse?.service.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'bailiwick.residency.v1.ResidencyService',
        'bailiwick.ingest.v1.IngestService',
      ]),
    );
    const { fileDescriptorResponse } = await ask({ fileContainingSymbol: 'bailiwick.ingest.v1.SendRequest' });
    const described = Buffer.concat(fileDescriptorResponse?.fileDescriptorProto ?? []).toString('latin1');
    // What a file imports comes with it, and types are named in full, or clients cannot resolve them.
    for (const part of ['SendRequest', '.google.protobuf.Timestamp', 'google/protobuf/timestamp.proto'])
      expect(described).toContain(part);
  });
});
