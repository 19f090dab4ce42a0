import { mkdir, open, readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { RecordedProcess, isAlive, startTimeOf } from '../process-table.js';

const LOOK_AGAIN_MS = 100;

/**
 * Makes what outlives the checkout once, though several processes of this machine want it at the same time: one makes
 * it, the others wait. `made` tells whether it is there; `make` leaves it there or rejects, and then the next one tries.
 * A maker that was killed is known by its process id and start time, and waited for no longer.
 */
export async function onceOnMachine(
  target: string,
  made: () => boolean,
  make: () => Promise<void>,
): Promise<void> {
  const lock = `${target}.lock`;
  await mkdir(dirname(lock), { recursive: true });
  while (!made()) {
    if (!(await take(lock))) {
      // Two that find the same dead maker may both go on: then it is made twice, and the first one to finish wins.
      if (await isAbandoned(lock)) await rm(lock, { force: true });
      else await sleep(LOOK_AGAIN_MS);
      continue;
    }
    try {
      if (!made()) await make();
      return;
    } finally {
      await rm(lock, { force: true });
    }
  }
}

async function take(lock: string): Promise<boolean> {
  try {
    const file = await open(lock, 'wx');
    const own: RecordedProcess = {
      name: 'maker',
      pid: process.pid,
      startTime: startTimeOf(process.pid) ?? '',
    };
    await file.writeFile(JSON.stringify(own));
    await file.close();
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

async function isAbandoned(lock: string): Promise<boolean> {
  const text = await readFile(lock, 'utf8').catch(() => '');
  // Empty between its making and its filling, and then gone or filled a moment later.
  if (text === '') return false;
  return !isAlive(RecordedProcess.parse(JSON.parse(text)));
}
