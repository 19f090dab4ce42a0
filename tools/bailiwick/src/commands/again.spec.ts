import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { CliError, EXIT } from '../exit-code.js';
import { again } from './again.js';

const away = (): Promise<void> => Promise.reject(new CliError(EXIT.unavailable, 'the cell does not answer'));

test('once, what is thrown is the answer', async () => {
  await expect(again(undefined, away, { warn: () => {} })).rejects.toMatchObject({
    exitCode: EXIT.unavailable,
  });
});

test('again and again, what is away is said and tried the next time, until a signal', async () => {
  const said: string[] = [];
  let rounds = 0;
  const work = (): Promise<void> => (rounds++ === 0 ? away() : Promise.resolve());
  const running = again(20, work, { warn: (line) => said.push(line) });
  while (rounds < 3) await sleep(5);
  process.emit('SIGTERM', 'SIGTERM');
  await running;
  const ended = rounds;
  await sleep(50);
  expect([said, rounds]).toEqual([['the cell does not answer'], ended]);
});

test('a signal ends what is going on', async () => {
  const running = again(60_000, (signal) => sleep(60_000, undefined, { signal }), { warn: () => {} });
  await sleep(5);
  process.emit('SIGINT', 'SIGINT');
  await running;
});

test('an error that is no answer ends it', async () => {
  await expect(again(20, () => Promise.reject(new TypeError('broken')), { warn: () => {} })).rejects.toThrow(
    'broken',
  );
});
