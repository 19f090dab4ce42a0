import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ProcessTable, isAlive, startTimeOf } from './process-table.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'process-table-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function sleeper(script = 'setInterval(() => {}, 1000)'): {
  pid: number;
  ended: Promise<NodeJS.Signals | null>;
} {
  const child = spawn(process.execPath, ['-e', script], { stdio: 'ignore' });
  if (child.pid === undefined) throw new Error('not started');
  return { pid: child.pid, ended: new Promise((done) => child.once('exit', (_, signal) => done(signal))) };
}

test('what a killed stack left running is ended by the next start', async () => {
  const file = join(folder, 'processes.json');
  const { pid, ended } = sleeper();
  await new ProcessTable(file).add('eu-central/kafka', pid);

  const found = await new ProcessTable(file).cleanUp();

  expect(found.map((row) => row.name)).toEqual(['eu-central/kafka']);
  expect(await ended).toBe('SIGTERM');
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual([]);
});

test('a process that ignores the polite signal is ended hard', async () => {
  const file = join(folder, 'processes.json');
  const { pid, ended } = sleeper("process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)");
  await new Promise((done) => setTimeout(done, 300));
  await new ProcessTable(file).add('stubborn', pid);
  await new ProcessTable(file).cleanUp(200);
  expect(await ended).toBe('SIGKILL');
});

test('a process that merely has a recorded id is left alone', async () => {
  const file = join(folder, 'processes.json');
  const { pid, ended } = sleeper();
  await writeFile(file, JSON.stringify([{ name: 'eu-central/kafka', pid, startTime: '1' }]));

  expect(await new ProcessTable(file).cleanUp()).toEqual([]);

  const startTime = startTimeOf(pid);
  expect(startTime).not.toBeNull();
  expect(isAlive({ name: '', pid, startTime: startTime ?? '' })).toBe(true);
  process.kill(pid, 'SIGKILL');
  await ended;
});

test('a process that ended is forgotten', async () => {
  const file = join(folder, 'processes.json');
  const table = new ProcessTable(file);
  const { pid, ended } = sleeper();
  await table.add('eu-central/ingest', pid);
  process.kill(pid, 'SIGKILL');
  await ended;
  await table.remove(pid);
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual([]);
});
