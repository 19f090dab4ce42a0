import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { CertificateAuthority } from '@bailiwick/stack';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { CrmWrite } from '../crm-writer.js';
import { UNANSWERED } from '../write-failure.js';
import { GenericHttpWriter, crmAnswer } from './generic-http-writer.js';

interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
  readonly client: string | undefined;
}

let folder: string;
let server: Server;
let authority: string;
let stranger: string;
let url: string;
let respond: (response: ServerResponse) => void;
const received: Received[] = [];
const writers: GenericHttpWriter[] = [];

const ISSUED = { region: 'outside', workload: 'sample-crm' };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crm-spec-'));
  const own = await CertificateAuthority.open(join(folder, 'ca'));
  const other = await CertificateAuthority.open(join(folder, 'other'));
  authority = await readFile(own.file, 'utf8');
  stranger = await readFile(other.file, 'utf8');
  const files = await own.issue(ISSUED);
  const [cert, key] = await Promise.all([files.certificate, files.key].map((file) => readFile(file, 'utf8')));
  const options = { cert, key, ca: authority, requestCert: true, rejectUnauthorized: false };
  server = createServer(options, (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8');
      received.push({
        method: request.method ?? '',
        path: request.url ?? '',
        headers: request.headers,
        body: JSON.parse(text),
        client: (request.socket as TLSSocket & Socket).getPeerCertificate().subjectaltname,
      });
      respond(response);
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});
afterEach(async () => {
  received.length = 0;
  await Promise.all(writers.splice(0).map((writer) => writer.close()));
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true, force: true });
});

function writer(
  options: { timeoutMs?: number; trusting?: string; url?: string; unmodifiedSince?: boolean } = {},
): GenericHttpWriter {
  const made = new GenericHttpWriter(
    {
      url: options.url ?? url,
      timeoutMs: options.timeoutMs ?? 5000,
      unmodifiedSince: options.unmodifiedSince ?? false,
    },
    options.trusting ?? authority,
  );
  writers.push(made);
  return made;
}

const WRITE: CrmWrite = {
  tenant: 'atlas',
  object: 'Case',
  recordId: '500/ä 1',
  credential: { reveal: () => 'of-the-crm' },
  fields: { Priority: 'high', Suggested_Reply__c: 'Dear Ada' },
  idempotencyKey: 'evt_1',
  unmodifiedSince: new Date('2026-11-23T12:00:00.700Z'),
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  signal: new AbortController().signal,
};

test('a write is one PATCH of the named record, with its key, its trace and its credential, and no certificate', async () => {
  respond = (response) => response.writeHead(204).end();
  expect(await writer().write(WRITE)).toEqual({ kind: 'written', status: 204 });
  expect(received).toHaveLength(1);
  expect(received[0]).toMatchObject({
    method: 'PATCH',
    path: '/crm/atlas/objects/Case/500%2F%C3%A4%201',
    body: { fields: WRITE.fields },
    headers: {
      authorization: 'Bearer of-the-crm',
      'content-type': 'application/json',
      'idempotency-key': 'evt_1',
      traceparent: WRITE.traceparent,
    },
  });
  expect(received[0]?.client).toBeUndefined();
  expect(received[0]?.headers['if-unmodified-since']).toBeUndefined();
});

test('where the connection compares, it says since when the record must be as it was, and reads a conflict', async () => {
  respond = (response) => response.writeHead(412).end('{"code":"changed"}');
  expect(await writer({ unmodifiedSince: true }).write(WRITE)).toEqual({ kind: 'conflict', status: 412 });
  expect(received[0]?.headers['if-unmodified-since']).toBe('Mon, 23 Nov 2026 12:00:00 GMT');
  await writer({ unmodifiedSince: true }).write({ ...WRITE, unmodifiedSince: null });
  expect(received[1]?.headers['if-unmodified-since']).toBeUndefined();
});

test('an id that would lead to another path is not sent', async () => {
  for (const recordId of ['.', '..', ''])
    expect(await writer().write({ ...WRITE, recordId })).toEqual({
      kind: 'refused',
      status: null,
      code: 'record-id-invalid',
      fields: [],
    });
  expect(received).toHaveLength(0);
});

test('for how long it asks to be left alone is told', async () => {
  respond = (response) => response.writeHead(429, { 'retry-after': '7' }).end();
  expect(await writer().write(WRITE)).toEqual({ kind: 'unavailable', status: 429, retryAfterMs: 7000 });
});

test('an answer that is not JSON or has no end is still an answer', async () => {
  respond = (response) => response.writeHead(422).end('x'.repeat(1_000_000));
  expect(await writer().write(WRITE)).toEqual({ kind: 'refused', status: 422, code: null, fields: [] });
});

describe('the CRM is unavailable', () => {
  test('when it does not answer in time', async () => {
    respond = () => undefined;
    expect(await writer({ timeoutMs: 100 }).write(WRITE)).toEqual(UNANSWERED);
  });
  test('when the caller gives up', async () => {
    const signal = AbortSignal.timeout(50);
    respond = () => undefined;
    expect(await writer().write({ ...WRITE, signal })).toEqual(UNANSWERED);
  });
  test('when nobody listens', async () => {
    expect(await writer({ url: 'https://127.0.0.1:1' }).write(WRITE)).toMatchObject({ kind: 'unavailable' });
  });
  test('when the connection breaks in the middle', async () => {
    respond = (response) => void response.socket?.destroy();
    expect(await writer().write(WRITE)).toEqual(UNANSWERED);
  });
  test('when its certificate is of an authority that is not trusted', async () => {
    expect(await writer({ trusting: stranger }).write(WRITE)).toEqual(UNANSWERED);
    expect(received).toHaveLength(0);
  });
});

describe('what a status means', () => {
  const MEANINGS = [
    [200, 'written'],
    [204, 'written'],
    [401, 'unauthorised'],
    [404, 'not-found'],
    [410, 'not-found'],
    [400, 'refused'],
    [403, 'refused'],
    [422, 'refused'],
    [301, 'refused'],
    [408, 'unavailable'],
    [409, 'unavailable'],
    [425, 'unavailable'],
    [429, 'unavailable'],
    [500, 'unavailable'],
    [503, 'unavailable'],
    [412, 'conflict'],
  ] as const;
  const said = (status: number, body?: unknown) => crmAnswer({ status, retryAfterMs: null, body });
  test.each(MEANINGS)('%i is %s', (status, kind) => {
    expect(said(status)).toMatchObject({ kind, status });
  });
  test('of a problem document only a code of plain words is kept', () => {
    const problem = { title: 'No', detail: 'Ada Lovelace has no such field', code: 'field-unknown' };
    expect(said(422, problem)).toEqual({
      kind: 'refused',
      status: 422,
      code: 'field-unknown',
      fields: [],
    });
    expect(said(422, { code: 'Ada Lovelace' })).toMatchObject({ code: null });
  });
});
