import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ProcessTable, startTimeOf } from '@bailiwick/stack';

const FOLDER = join(tmpdir(), 'bailiwick-tests');
/** `<pid>-<start time>.json` of the process that started what is in it; what comes between is whose table it was before. */
const TABLE = /^(?<pid>\d+)-(?<startTime>\d+)(?:\.\d+-\d+)*\.json$/;

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
  const me = `${process.pid}-${startTimeOf(process.pid)}`;
  await mkdir(FOLDER, { recursive: true });
  for (const file of await readdir(FOLDER)) {
    const owner = TABLE.exec(file)?.groups;
    if (!owner || startTimeOf(Number(owner['pid'])) === owner['startTime']) continue;
    const mine = join(FOLDER, `${me}.${file}`);
    // Several look at the same time, and a table is one's from the moment on that it has one's name.
    const taken = await rename(join(FOLDER, file), mine).then(
      () => true,
      () => false,
    );
    if (!taken) continue;
    await new ProcessTable(mine).cleanUp();
    await rm(mine, { force: true });
  }
  return new ProcessTable(join(FOLDER, `${me}.json`));
}
