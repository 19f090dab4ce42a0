import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ManagedProcess, type ProcessSpec } from './managed-process.js';
import { Supervisor } from './supervisor.js';

let folder: string;
let supervisor: Supervisor;
let said: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'supervisor-'));
  said = [];
  supervisor = new Supervisor((line) => said.push(line));
});
afterEach(async () => {
  await supervisor.stop(() => 0);
  await rm(folder, { recursive: true, force: true });
});

/** A process that notes its start and its polite end in its log, in milliseconds of a common clock. */
function noting(name: string, more: Partial<ProcessSpec> = {}): ManagedProcess {
  const script = `process.on('SIGTERM', () => { console.log('ended ' + Date.now()); process.exit(0); });
    console.log('started');
    setInterval(() => {}, 1000);`;
  const logFile = join(folder, `${name}.log`);
  return new ManagedProcess({
    name,
    command: process.execPath,
    args: ['-e', script],
    env: {},
    logFile,
    ready: (signal) =>
      vi.waitFor(async () => {
        signal.throwIfAborted();
        expect(await readFile(logFile, 'utf8')).toContain('started');
      }),
    readyWithinMs: 5_000,
    stopSignal: 'SIGTERM',
    graceMs: 2_000,
    ...more,
  });
}
const endOf = async (name: string): Promise<number> =>
  Number(/ended (\d+)/.exec(await readFile(join(folder, `${name}.log`), 'utf8'))?.[1]);

test('a process that is killed is started again', async () => {
  const process = noting('service');
  await supervisor.start(process);
  const before = process.pid;
  await process.kill();
  await vi.waitFor(() => expect(process.pid).toBeDefined(), { timeout: 5_000 });
  expect(process.pid).not.toBe(before);
  expect(said.join()).toContain('service ended (by a signal), starting it again');
});

test('a process that is stopped stays down until it is started, and is watched again from then on', async () => {
  const process = noting('service');
  await supervisor.start(process);
  await process.stop();
  await new Promise((done) => setTimeout(done, 600));
  expect(process.pid).toBeUndefined();
  await process.start();
  const before = process.pid;
  await new Promise((done) => setTimeout(done, 300));
  await process.kill();
  await vi.waitFor(() => expect(process.pid).toBeDefined(), { timeout: 5_000 });
  expect(process.pid).not.toBe(before);
});

test('everything ends in the order of its group, politely', async () => {
  for (const name of ['broker', 'service', 'producer']) await supervisor.start(noting(name));
  await supervisor.stop((name) => ['producer', 'service', 'broker'].indexOf(name));
  expect(await endOf('producer')).toBeLessThanOrEqual(await endOf('service'));
  expect(await endOf('service')).toBeLessThanOrEqual(await endOf('broker'));
});

test('a process that never becomes ready is reported with its log', async () => {
  const crash = noting('crash', { args: ['-e', 'process.exit(3)'] });
  await expect(supervisor.start(crash)).rejects.toThrow(
    /crash ended before it was ready \(exit 3\), see .*crash\.log/,
  );
  const slow = noting('slow', { ready: () => new Promise(() => undefined), readyWithinMs: 100 });
  await expect(supervisor.start(slow)).rejects.toThrow(/slow was not ready within 100 ms/);
  expect(slow.pid).toBeUndefined();
});

test('nothing is started while the stack stops', async () => {
  await supervisor.stop(() => 0);
  await expect(supervisor.start(noting('late'))).rejects.toThrow('the stack is stopping');
});
