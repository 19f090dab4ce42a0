import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

const CLI = join(import.meta.dirname, '../../../tools/bailiwick/bin/bailiwick.mjs');

/** How a command ended and what it printed. */
export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A command that runs. */
export interface Running {
  readonly child: ChildProcess;
  /** Resolves with all that it printed when this is in it. */
  readonly said: (text: string) => Promise<string>;
  readonly ran: Promise<Ran>;
}

/** Starts the real `bailiwick` on the mesh in this folder, as a person would. */
export function startBailiwick(
  folder: string,
  argv: readonly string[],
  input = '',
  env: Readonly<Record<string, string>> = {},
): Running {
  const child = spawn(process.execPath, [CLI, ...argv], {
    env: { ...process.env, BAILIWICK_STACK_FILE: join(folder, 'stack.json'), ...env },
  });
  child.stdin.end(input);
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (more: string) => (printed += more));
  const code = new Promise<number>((resolve) => child.once('close', (status) => resolve(status ?? -1)));
  const ran = text(child.stderr).then(async (err) => ({ code: await code, out: printed, err }));
  const said = (expected: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const look = (): void => void (printed.includes(expected) && resolve(printed));
      child.stdout.on('data', look);
      child.once('close', () => reject(new Error(`it ended and has not said ${expected}: ${printed}`)));
      look();
    });
  return { child, said, ran };
}

/** Runs the real `bailiwick` on the mesh in this folder to its end. */
export const bailiwick = (...started: Parameters<typeof startBailiwick>): Promise<Ran> =>
  startBailiwick(...started).ran;
