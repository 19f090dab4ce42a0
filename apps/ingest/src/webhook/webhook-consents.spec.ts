import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { WebhookProtocol } from '@bailiwick/crm';
import { SILENT, type LogFields } from '@bailiwick/platform';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { WebhookConsents } from './webhook-consents.js';

const asked = { method: 'OPTIONS', url: 'https://ingest.example/', headers: {}, body: Buffer.alloc(0) };
const calls: IncomingMessage[] = [];
const server = createServer((request, response) => {
  calls.push(request);
  response.writeHead(request.url === '/moved' ? 302 : 200, { location: '/elsewhere' }).end();
});
let url: string;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

const protocol = (path: string): WebhookProtocol => ({
  verify: () => undefined,
  read: () => ({ changes: [], toFetch: [], erasures: [], passed: [] }),
  consent: () => ({
    headers: { allow: 'POST' },
    callback: { url: `${url}${path}`, headers: { 'webhook-allowed-rate': '7' } },
  }),
});

it('consent by callback is given beside an answer that grants nothing', async () => {
  const answer = new WebhookConsents(SILENT).answer({ protocol: protocol('/confirm?key=k') }, asked);
  expect(answer).toEqual({ allow: 'POST' });
  await vi.waitFor(() => expect(calls).toHaveLength(1));
  expect(calls[0]).toMatchObject({ method: 'POST', url: '/confirm?key=k' });
  expect(calls[0]?.headers['webhook-allowed-rate']).toBe('7');
});

it('follows nobody, and calls no more at once than a few', async () => {
  calls.length = 0;
  const warned: LogFields[] = [];
  const warn = (_message: string, fields: LogFields = {}): void => void warned.push(fields);
  const consents = new WebhookConsents({ ...SILENT, warn });
  for (let n = 0; n < 50; n++) consents.answer({ protocol: protocol('/moved') }, asked);
  await vi.waitFor(() => expect(warned).toHaveLength(8));
  expect(calls.map(({ url: path }) => path)).toEqual(Array.from({ length: 8 }, () => '/moved'));
});
