import { mkdir, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ProcessTable, startTimeOf } from '@bailiwick/stack';

const FOLDER = join(tmpdir(), 'bailiwick-tests');
/** `<pid>-<start time>.json`, of the process that started what is in it. */
const TABLE = /^(?<pid>\d+)-(?<startTime>\d+)\.json$/;

let own: Promise<ProcessTable> | null = null;

/**
 * The table of what this process starts. The first call ends what tests left behind whose own process was killed: by the
 * recorded process id and start time, and nothing else.
 */
export function ownProcesses(): Promise<ProcessTable> {
  own ??= open();
  return own;
}

async function open(): Promise<ProcessTable> {
  await mkdir(FOLDER, { recursive: true });
  for (const file of await readdir(FOLDER)) {
    const owner = TABLE.exec(file)?.groups;
    if (!owner || startTimeOf(Number(owner['pid'])) === owner['startTime']) continue;
    await new ProcessTable(join(FOLDER, file)).cleanUp();
    await rm(join(FOLDER, file), { force: true });
  }
  return new ProcessTable(join(FOLDER, `${process.pid}-${startTimeOf(process.pid)}.json`));
}
