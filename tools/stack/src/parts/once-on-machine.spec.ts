import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { onceOnMachine } from './once-on-machine.js';

let folder: string;
let target: string;
let makes: number;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bailiwick-once-'));
  target = join(folder, 'jars');
  makes = 0;
});
afterEach(() => rm(folder, { recursive: true }));

const want = (make?: () => Promise<void>): Promise<void> =>
  onceOnMachine(
    target,
    () => existsSync(target),
    async () => {
      makes++;
      await sleep(20);
      await (make ?? (() => writeFile(target, '')))();
    },
  );

test('ten that want it at the same time have it, made once, and no lock is left', async () => {
  await Promise.all(Array.from({ length: 10 }, () => want()));
  expect([makes, existsSync(target), existsSync(`${target}.lock`)]).toEqual([1, true, false]);
});

test('a maker that fails says so, and the next one makes it', async () => {
  const failed = want(() => Promise.reject(new Error('no network')));
  const second = sleep(5).then(() => want());
  await expect(failed).rejects.toThrow('no network');
  await second;
  expect([makes, existsSync(target)]).toEqual([2, true]);
});

test('a maker that was killed is waited for no longer, though its process id was given to another', async () => {
  const killed = { name: 'maker', pid: process.pid, startTime: '1' };
  await writeFile(`${target}.lock`, JSON.stringify(killed));
  await want();
  expect(makes).toBe(1);
});
