import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Metadata } from '@grpc/grpc-js';
import {
  IngestServiceClient,
  IngestServiceService,
  SendRequest,
  type SendResponse,
} from '@bailiwick/contracts';
import { eventId } from '@bailiwick/domain';
import { GrpcServer, createClient, handlers } from '@bailiwick/grpc';
import { BailiwickError, HealthRegistry, SILENT } from '@bailiwick/platform';
import { CertificateAuthority } from '@bailiwick/stack';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { AccessTokens } from '../authorise/access-tokens.js';
import { TestIssuer, type TokenChanges } from '../authorise/issuer.test-kit.js';
import { keepingReceiver } from '../receive/parts.test-kit.js';
import { sendStream } from './send-stream.js';

let folder: string;
let issuer: TestIssuer;
let tls: { cert: string; key: string; ca: string };
const kept = keepingReceiver();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bailiwick-stream-'));
  const authority = await CertificateAuthority.open(folder);
  const files = await authority.issue({ region: 'eu-central', workload: 'ingest' });
  const [cert, key, ca] = await Promise.all(
    [files.certificate, files.key, files.authority].map((file) => readFile(file, 'utf8')),
  );
  tls = { cert: cert ?? '', key: key ?? '', ca: ca ?? '' };
  issuer = await TestIssuer.start();
});
afterAll(async () => {
  await issuer.stop();
  await rm(folder, { recursive: true });
});

const request = (sequence: number, changes: Partial<SendRequest> = {}): SendRequest =>
  SendRequest.fromPartial({
    sequence: BigInt(sequence),
    source: '/crm',
    id: `e-${sequence}`,
    object: 'Case',
    recordId: `r-${sequence}`,
    fieldsJson: Buffer.from('{"Subject":"hello"}'),
    ...changes,
  });

async function open(
  changes: TokenChanges = {},
  receive: (typeof kept.receiver)['receive'] = (...asked) => kept.receiver.receive(...asked),
  resume?: string,
) {
  const server = new GrpcServer({
    host: '127.0.0.1',
    port: 0,
    tls,
    health: new HealthRegistry(),
    graceMs: 2000,
    clientCertificates: 'optional',
  });
  const { draining } = server;
  const tokens = new AccessTokens(issuer.url);
  const parts = { tokens, control: kept.control, region: 'eu-central', receiver: { receive }, draining };
  server.add(IngestServiceService, { send: handlers(SILENT).duplex(sendStream(parts)) });
  await server.start();
  const client = createClient(IngestServiceClient, server.address, { ca: tls.ca });
  const metadata = new Metadata();
  metadata.set('authorization', `Bearer ${await issuer.token(changes)}`);
  if (resume !== undefined) metadata.set('bailiwick-resume', resume);
  const call = client.send(metadata);
  const answers: SendResponse[] = [];
  call.on('data', (answer: SendResponse) => answers.push(answer));
  const stop = async (): Promise<void> => {
    client.close();
    await server.stop();
  };
  return { call, answers, server, stop };
}

describe('IngestService.Send', () => {
  it('answers every record by its sequence, good and bad', async () => {
    const { call, answers, stop } = await open();
    call.write(request(1));
    call.write(request(2, { fieldsJson: Buffer.from('{}') }));
    call.write(request(3, { purpose: 'other' }));
    call.write(request(4, { fieldsJson: Buffer.from([0xff]) }));
    call.end();
    await once(call, 'end');
    const bySequence = new Map(answers.map(({ sequence, result }) => [Number(sequence), result]));
    expect(bySequence.get(1)).toEqual({
      $case: 'accepted',
      value: { eventId: eventId('atlas', '/crm', 'e-1') },
    });
    expect(bySequence.get(2)).toMatchObject({ value: { code: 'event-empty', status: 3 } });
    expect(bySequence.get(3)).toMatchObject({ value: { code: 'scope-insufficient', status: 7 } });
    expect(bySequence.get(4)).toMatchObject({ value: { code: 'body-not-utf8', status: 3 } });
    await stop();
  });

  it('goes on after what was answered, for a producer that remembers a token and nothing else', async () => {
    const first = await open({}, async (event) => {
      if (event.recordId.reveal() === 'r-2') await sleep(50);
      return 'evt';
    });
    for (const sequence of [1, 2, 3]) first.call.write(request(sequence));
    await vi.waitFor(() => expect(first.answers).toHaveLength(3));
    const tokens = new Map(first.answers.map(({ sequence, resumeToken }) => [Number(sequence), resumeToken]));
    first.call.end();
    await once(first.call, 'end');
    await first.stop();
    // The third was answered before the second: what it tells of is the first.
    for (const [sequence, after] of [
      [3, 1n],
      [2, 3n],
    ] as const) {
      const second = await open({}, undefined, tokens.get(sequence));
      await vi.waitFor(() =>
        expect(second.answers).toMatchObject([{ sequence: after, resumeToken: tokens.get(sequence) }]),
      );
      expect(second.answers[0]?.result).toBeUndefined();
      second.call.end();
      await once(second.call, 'end');
      await second.stop();
    }
  });

  it('answers in the order of completion: a slow record does not hold back others', async () => {
    const { call, answers, stop } = await open({}, async (event) => {
      if (event.recordId.reveal() === 'r-1') await sleep(100);
      return 'evt';
    });
    call.write(request(1));
    call.write(request(2));
    call.end();
    await once(call, 'end');
    expect(answers.map(({ sequence }) => Number(sequence))).toEqual([2, 1]);
    await stop();
  });

  it.each<[string, string, number, TokenChanges]>([
    ['a bad token', 'token-invalid', 16, { foreign: true }],
    [
      'a tenant without an acknowledged profile (B5)',
      'profile-not-acknowledged',
      7,
      { scope: 'tenant:pending purpose:case-triage' },
    ],
    ['the wrong cell', 'wrong-cell', 9, { scope: 'tenant:harbor purpose:case-triage' }],
  ])('%s ends the call with %s', async (_case, code, status, changes) => {
    const { call, stop } = await open(changes);
    call.write(request(1));
    const [failure] = (await once(call, 'error')) as [{ code: number; metadata: Metadata }];
    expect(failure.code).toBe(status);
    expect(failure.metadata.get('bailiwick-code')).toEqual([code]);
    if (code === 'wrong-cell')
      expect(failure.metadata.get('bailiwick-ext-endpoint')).toEqual(['us.example:443']);
    await stop();
  });

  it('a profile that changes under an open stream counts from the next record on', async () => {
    const moved = new BailiwickError('wrong-cell', 'moved', { extensions: { endpoint: 'us.example:443' } });
    const { call, answers, stop } = await open({}, () => Promise.reject(moved));
    call.write(request(1));
    call.end();
    await once(call, 'end');
    expect(answers[0]?.result).toMatchObject({
      value: { code: 'wrong-cell', status: 9, endpoint: 'us.example:443' },
    });
    await stop();
  });

  it('takes no more than it can hold while records are not done', async () => {
    let out = 0;
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    const { call, answers, stop } = await open({}, async () => {
      out += 1;
      await released;
      return 'evt';
    });
    for (let sequence = 1; sequence <= 600; sequence++) call.write(request(sequence));
    call.end();
    await vi.waitFor(() => expect(out).toBe(256));
    await sleep(100);
    expect(out).toBe(256);
    release();
    await once(call, 'end');
    expect(answers).toHaveLength(600);
    await stop();
  });

  it('ends when its token has ended, after answering what was taken', async () => {
    const { call, answers, stop } = await open({ expiresInSeconds: 300 });
    const ended = once(call, 'error');
    call.write(request(1));
    await vi.waitFor(() => expect(answers).toHaveLength(1));
    const now = Date.now;
    const later = vi.spyOn(Date, 'now').mockImplementation(() => now() + 301_000);
    call.write(request(2));
    const [failure] = (await ended) as [{ code: number }];
    later.mockRestore();
    expect(failure.code).toBe(16);
    expect(answers).toHaveLength(1);
    await stop();
  });

  it('drains: an idle stream ends with «shutting down» when the server stops', async () => {
    const { call, answers, server, stop } = await open();
    const ended = once(call, 'error');
    call.write(request(1));
    await vi.waitFor(() => expect(answers).toHaveLength(1));
    const began = Date.now();
    await server.stop();
    expect(Date.now() - began).toBeLessThan(1000);
    const [failure] = (await ended) as [{ code: number; metadata: Metadata }];
    expect(failure.metadata.get('bailiwick-code')).toEqual(['shutting-down']);
    await stop();
  });
});
