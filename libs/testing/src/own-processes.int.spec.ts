import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ProcessTable, startTimeOf } from '@bailiwick/stack';
import { expect, it } from 'vitest';
import { ownProcesses } from './own-processes.js';

it('what a killed test left behind is ended by the next one, and nothing of a living one', async () => {
  const owner = spawn('sleep', ['60']);
  const orphan = spawn('sleep', ['60']);
  const neighbour = spawn('sleep', ['60']);
  const tableOf = (pid: number): string =>
    join(tmpdir(), 'bailiwick-tests', `${pid}-${startTimeOf(pid)}.json`);
  const [dead, alive] = [tableOf(owner.pid ?? 0), tableOf(process.pid)];
  await new ProcessTable(dead).add('orphan', orphan.pid ?? 0);
  await new ProcessTable(alive).add('neighbour', neighbour.pid ?? 0);
  owner.kill('SIGKILL');
  await once(owner, 'exit');

  const ended = once(orphan, 'exit');
  await ownProcesses();
  await ended;
  expect(existsSync(dead)).toBe(false);
  expect(startTimeOf(neighbour.pid ?? 0)).not.toBeNull();
  neighbour.kill('SIGKILL');
});
