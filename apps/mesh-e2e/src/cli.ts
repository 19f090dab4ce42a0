import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

const CLI = join(import.meta.dirname, '../../../tools/bailiwick/bin/bailiwick.mjs');

/** How a command ended and what it printed. */
export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the real `bailiwick` on the mesh in this folder, as a person would. */
export async function bailiwick(folder: string, argv: readonly string[], input = ''): Promise<Ran> {
  const child = spawn(process.execPath, [CLI, ...argv], {
    env: { ...process.env, BAILIWICK_STACK_FILE: join(folder, 'stack.json') },
  });
  child.stdin.end(input);
  const ended = new Promise<number>((resolve) => child.once('close', (code) => resolve(code ?? -1)));
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await ended, out, err };
}
