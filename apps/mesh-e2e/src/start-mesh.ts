import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { startStack } from '@bailiwick/stack';
import type { TestProject } from 'vitest/node';

/** Starts the whole mesh once for all scenarios: two cells, real engines, and Jaeger where this machine has one. */
export default async function startMesh(project: TestProject): Promise<() => Promise<void>> {
  // The database's own user must reach its folder, so it is not in the private temporary folder.
  const folder = await mkdtemp(join('/var/tmp', 'bailiwick-e2e-'));
  await chmod(folder, 0o755);
  const stack = await startStack({
    dir: folder,
    ports: 'any',
    jaeger: 'wait',
    say: (line) => console.log(`stack: ${line}`),
  });
  await stack.ready;
  project.provide('stackFolder', folder);
  return async () => {
    await stack.stop();
    if (process.env['BAILIWICK_KEEP'] !== '1') await rm(folder, { recursive: true, force: true });
    else console.log(`stack: kept in ${folder}`);
  };
}
