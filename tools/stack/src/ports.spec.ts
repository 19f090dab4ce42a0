import { createServer, type Server } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { Ports } from './ports.js';

const open: Server[] = [];
afterEach(() => open.splice(0).forEach((server) => server.close()));

async function occupy(): Promise<number> {
  const server = createServer();
  open.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no address');
  return address.port;
}

test('a preferred port that is free is given, and nothing is said', async () => {
  const moves: unknown[] = [];
  const ports = new Ports((...move) => moves.push(move));
  const free = await new Ports().claim('probe', 0);
  expect(await ports.claim('kafka', free)).toBe(free);
  expect(moves).toEqual([]);
});

test('a preferred port that is taken is replaced by another, and said', async () => {
  const moves: unknown[] = [];
  const ports = new Ports((...move) => moves.push(move));
  const taken = await occupy();
  const instead = await ports.claim('kafka', taken);
  expect(instead).not.toBe(taken);
  expect(moves).toEqual([['kafka', taken, instead]]);
});

test('no port is given twice', async () => {
  const ports = new Ports();
  const preferred = await new Ports().claim('probe', 0);
  const given = await Promise.all(
    Array.from({ length: 20 }, (_, n) => ports.claim(`part ${n}`, n === 0 ? preferred : 0)),
  );
  given.push(await ports.claim('again', preferred));
  expect(new Set(given).size).toBe(given.length);
});
