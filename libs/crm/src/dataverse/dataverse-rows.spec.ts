import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BailiwickError } from '@bailiwick/platform';
import { CertificateAuthority } from '@bailiwick/stack';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { deliveryOf } from '../crm-webhook.test-kit.js';
import { DataverseWebhook, openDataverse } from './dataverse-webhook.js';

const CANARY = 'canary-77ab';
const ID = '6d81597f-0f9f-e711-8122-000d3aa2331c';
const ROW = {
  '@odata.context': 'https://acme.example/api/data/v9.2/$metadata#incidents/$entity',
  '@odata.etag': 'W/"1"',
  title: CANARY,
  _customerid_value: '75c2dd85-e89e-e711-8122-000d3aa2331c',
  '_customerid_value@Microsoft.Dynamics.CRM.lookuplogicalname': 'contact',
  _parentcaseid_value: null,
};
/** A message over 256 KB, as Microsoft documents it: without the rows. */
const STRIPPED = {
  MessageName: 'Update',
  PrimaryEntityName: 'incident',
  PrimaryEntityId: ID,
  InitiatingUserId: '75c2dd85-e89e-e711-8122-000d3aa2331c',
  OperationId: '4af10637-4ea2-e711-8122-000d3aa2331c',
  OperationCreatedOn: '/Date(1506409448000-0700)/',
};

let folder: string;
let server: Server;
let url: string;
/** What the environment answers, and what it was asked. */
let answers: { status: number; body: unknown }[];
/** What is lent, or why nothing is; and what it was asked for. */
let lent: { readonly token: string; readonly seconds: number } | BailiwickError;
let borrowed: { readonly object: string; readonly connection: string }[];
const asked: { url: string; authorization: string; body: string }[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bailiwick-dataverse-'));
  const authority = await CertificateAuthority.open(folder);
  const files = await authority.issue({ region: 'outside', workload: 'sample-crm' });
  const [cert, key] = await Promise.all([readFile(files.certificate), readFile(files.key)]);
  server = createServer({ cert, key }, (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { authorization = '' } = request.headers;
      asked.push({ url: request.url ?? '', authorization, body: Buffer.concat(chunks).toString() });
      const answer = answers.shift() ?? { status: 500, body: null };
      response.writeHead(answer.status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(answer.body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true });
});
beforeEach(() => {
  asked.length = 0;
  borrowed = [];
  lent = { token: 'one', seconds: 300 };
});

const webhook = () =>
  openDataverse(
    DataverseWebhook.parse({
      kind: 'dataverse',
      crmObject: 'incident',
      object: 'Case',
      fetch: {
        url,
        entitySet: 'incidents',
        connection: 'acme-crm',
        caFile: join(folder, 'ca.pem'),
      },
    }),
    async (what) => {
      borrowed.push(what);
      if (lent instanceof BailiwickError) throw lent;
      const { token, seconds } = lent;
      return {
        id: 'lease',
        audience: url,
        mintedAt: 0,
        lifetimeMs: seconds * 1000,
        credential: { reveal: () => token },
        instanceUrl: null,
        account: null,
      };
    },
  );
const fetched = (from = webhook()) =>
  Promise.all(
    from
      .read(deliveryOf(STRIPPED, { 'x-ms-dynamics-msg-size-exceeded': 'true' }))
      .toFetch.map((fetchRow) => fetchRow()),
  );
const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'none',
    (thrown: unknown) => {
      const error = BailiwickError.from(thrown);
      expect(`${error.message} ${String(error.cause)}`).not.toContain(CANARY);
      return error.code;
    },
  );

describe('a Dataverse message over 256 KB', () => {
  it('is read again from the environment, as its execution context would have said it', async () => {
    answers = [{ status: 200, body: ROW }];
    expect(await fetched()).toEqual([
      {
        sourceId: `${STRIPPED.OperationId}/${ID}`,
        object: 'Case',
        recordId: ID,
        fields: {
          title: CANARY,
          customerid: { Id: ROW._customerid_value, LogicalName: 'contact' },
          parentcaseid: null,
        },
        occurredAt: new Date(1_506_409_448_000),
        source: null,
        purpose: null,
        traceparent: null,
      },
    ]);
    expect(asked).toMatchObject([{ url: `/api/data/v9.2/incidents(${ID})`, authorization: 'Bearer one' }]);
    expect(borrowed).toEqual([{ object: 'Case', connection: 'acme-crm' }]);
  });

  it('borrows once for many, again when the lease has ended, and once more when the CRM takes it no more', async () => {
    const row = { status: 200, body: ROW };
    answers = [row, row, { status: 401, body: null }, row];
    const one = webhook();
    await Promise.all([fetched(one), fetched(one)]);
    await fetched(one);
    expect(borrowed).toHaveLength(2);
    lent = { token: 'short', seconds: 0 };
    answers = [row, row];
    borrowed = [];
    const short = webhook();
    await fetched(short);
    await fetched(short);
    expect(borrowed).toHaveLength(2);
  });

  it('whose row is gone is no change any more', async () => {
    answers = [{ status: 404, body: { error: { message: CANARY } } }];
    expect(await fetched()).toEqual([null]);
  });

  it.each([
    ['crm-unavailable', [{ status: 503, body: CANARY }]],
    ['crm-unavailable', [{ status: 429, body: CANARY }]],
    ['crm-refused', [{ status: 403, body: { error: { message: CANARY } } }]],
    ['crm-refused', [{ status: 200, body: CANARY }]],
    [
      'crm-login-refused',
      [
        { status: 401, body: CANARY },
        { status: 401, body: CANARY },
      ],
    ],
  ])('is refused with %s when it cannot be had, and nothing of the answer is told', async (code, given) => {
    answers = given;
    expect(await codeOf(fetched())).toBe(code);
  });

  it('is refused when nothing is lent, and asks anew the next time', async () => {
    const one = webhook();
    lent = new BailiwickError('credential-refused', 'the connection is not for reading Case');
    answers = [];
    expect(await codeOf(fetched(one))).toBe('credential-refused');
    lent = { token: 'two', seconds: 300 };
    answers = [{ status: 200, body: ROW }];
    expect(await codeOf(fetched(one))).toBe('none');
  });
});
