import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CASE_CHANGES, CertificateAuthority, SamplePubSub } from '@bailiwick/stack';
import { Metadata, credentials, type ClientDuplexStream } from '@grpc/grpc-js';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  ErrorCode,
  ManagedFetchRequest,
  PubSubClient,
  type ManagedFetchResponse,
} from './gen/eventbus/v1/pubsub_api.js';

const ORG = '00D000000000001EAA';
type Managed = ClientDuplexStream<ManagedFetchRequest, ManagedFetchResponse>;

let folder: string;
let crm: SamplePubSub;
let client: PubSubClient;
let ids: readonly string[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bailiwick-managed-'));
  const files = await (
    await CertificateAuthority.open(folder)
  ).issue({ region: 'outside', workload: 'sample-crm' });
  const [cert = '', key = '', ca = ''] = await Promise.all(
    [files.certificate, files.key, files.authority].map((file) => readFile(file, 'utf8')),
  );
  const tls = { cert, key, ca };
  crm = new SamplePubSub({ file: ':memory:', port: 0, tls, orgs: [ORG], orgOf: () => ORG });
  await crm.start();
  const changes = [1, 2, 3, 4].map((n) => ({
    recordId: `500${String(n).padStart(12, '0')}`,
    fields: { Subject: `${n}` },
  }));
  ids = crm
    .org(ORG)
    .change(changes)
    .map((replayId) => replayId.toString('base64'));
  client = new PubSubClient(
    crm.address.replace('127.0.0.1', 'localhost'),
    credentials.createSsl(Buffer.from(ca)),
  );
});
afterAll(async () => {
  client.close();
  await crm.stop();
  await rm(folder, { recursive: true, force: true });
});

function open(): Managed {
  const metadata = new Metadata();
  for (const [name, value] of [
    ['accesstoken', 't'],
    ['instanceurl', 'https://org'],
    ['tenantid', ORG],
  ] as const)
    metadata.set(name, value);
  const call = client.managedSubscribe(metadata);
  call.on('error', () => undefined);
  return call;
}
const ask = (call: Managed, request: Partial<ManagedFetchRequest>): void =>
  void call.write(ManagedFetchRequest.fromPartial({ developerName: 'CaseReader', ...request }));
const answer = (call: Managed): Promise<ManagedFetchResponse> =>
  new Promise((resolve) => call.once('data', resolve));
const idsOf = ({ events }: ManagedFetchResponse): readonly string[] =>
  events.map(({ replayId }) => replayId.toString('base64'));

it(`a managed subscription of the sample CRM to ${CASE_CHANGES} goes on after what was committed`, async () => {
  const first = open();
  ask(first, { numRequested: 4 });
  expect(idsOf(await answer(first))).toEqual(ids);

  const replayId = Buffer.from(ids[1] ?? '', 'base64');
  ask(first, { commitReplayIdRequest: { commitRequestId: 'c-1', replayId } });
  expect((await answer(first)).commitResponse).toMatchObject({
    commitRequestId: 'c-1',
    replayId,
    error: undefined,
  });
  ask(first, { commitReplayIdRequest: { commitRequestId: 'c-2', replayId: Buffer.from('no place') } });
  expect((await answer(first)).commitResponse).toMatchObject({ error: { code: ErrorCode.COMMIT } });
  first.cancel();

  const next = open();
  ask(next, { numRequested: 4 });
  expect(idsOf(await answer(next))).toEqual(ids.slice(2));
  next.cancel();
  const other = open();
  ask(other, { developerName: 'Another', numRequested: 4 });
  expect(idsOf(await answer(other))).toEqual(ids);
  other.cancel();
});
