import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { RecordedProcess, startTimeOf } from '@bailiwick/stack';
import { z } from 'zod';

/** Processes that the stack has recorded and that live, by name. */
export async function livingProcesses(folder: string): Promise<ReadonlyMap<string, RecordedProcess>> {
  const rows = z
    .array(RecordedProcess)
    .parse(JSON.parse(await readFile(join(folder, 'processes.json'), 'utf8')));
  return new Map(rows.filter((row) => startTimeOf(row.pid) === row.startTime).map((row) => [row.name, row]));
}

/** Kills a process of the stack by its recorded id, and waits until the supervisor has started it anew. */
export async function killAndAwaitRestart(folder: string, name: string, withinMs = 60_000): Promise<void> {
  const victim = (await livingProcesses(folder)).get(name);
  if (!victim) throw new Error(`${name} does not run`);
  process.kill(victim.pid, 'SIGKILL');
  for (const deadline = Date.now() + withinMs; Date.now() < deadline; await sleep(100)) {
    const now = (await livingProcesses(folder)).get(name);
    if (now && now.pid !== victim.pid) return;
  }
  throw new Error(`${name} was not started again`);
}
