import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { REPOSITORY } from '@bailiwick/stack';
import { z } from 'zod';

/** Most entries that Tessera integrates at once: its default, and as many as the facts that lineage has on their way. */
const BATCHES = [256, 4096];
const BUILD_MS = 300_000;
const RUN_MS = 120_000;
const SOURCE = join(REPOSITORY, 'tools', 'tlog-check');

const Answer = z.object({ entries: z.int(), integratedSeconds: z.number(), publishedSeconds: z.number() });

/** How fast Tessera's POSIX driver made the same log, by the most entries that it integrates at once. */
export interface TesseraRun {
  readonly batch: number;
  /** Entries a second until a signed checkpoint covers all of them, which it makes once a second. */
  readonly perSecond: number;
  /** Entries a second until all are durable, in tiles too, without the wait for that checkpoint. */
  readonly integratedPerSecond: number;
}

/** Tessera's figures, or why there are none. */
export type TesseraFigures =
  | { readonly version: string; readonly runs: readonly TesseraRun[] }
  | { readonly notRun: string };

/** Has Tessera's POSIX driver make a log of the entries of the one in `log`, beside it in `folder`, where Go is there. */
export function measureTessera(folder: string, log: string): TesseraFigures {
  const program = join(folder, 'append');
  if (go('version').status !== 0) return { notRun: 'Go is not installed' };
  if (go('mod', 'download').status !== 0)
    return { notRun: 'its modules cannot be downloaded, or Go is older than they need' };
  const built = go('build', '-buildvcs=false', '-o', program, './append');
  if (built.status !== 0) throw new Error(`tools/tlog-check/append does not build: ${built.stderr}`);
  const version = go('list', '-m', '-f', '{{.Version}}', 'github.com/transparency-dev/tessera').stdout.trim();
  return {
    version,
    runs: BATCHES.map((batch) => run(program, log, join(folder, `tessera-${batch}`), batch)),
  };
}

/** The line that says what came of it. */
export function describeTessera(figures: TesseraFigures): string {
  if ('notRun' in figures) return `Tessera's POSIX driver: not run, ${figures.notRun}`;
  const runs = figures.runs.map(
    ({ batch, perSecond, integratedPerSecond }) =>
      `${perSecond.toFixed(0)} entries/s in batches of ${batch} (${integratedPerSecond.toFixed(0)} without the wait for the checkpoint)`,
  );
  return `Tessera's POSIX driver ${figures.version}, the same entries without a database: ${runs.join(', ')}`;
}

function run(program: string, log: string, to: string, batch: number): TesseraRun {
  const args = ['-from', log, '-to', to, '-batch', String(batch)];
  const { status, signal, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', timeout: RUN_MS });
  if (status !== 0) throw new Error(`Tessera did not append: ${signal ?? stderr.slice(-2000)}`);
  const { entries, integratedSeconds, publishedSeconds } = Answer.parse(JSON.parse(stdout));
  return { batch, perSecond: entries / publishedSeconds, integratedPerSecond: entries / integratedSeconds };
}

/** Runs Go from the path or from where it is installed by default, and no other version of it than that one. */
function go(...args: string[]) {
  const env = { ...process.env, PATH: `${process.env['PATH']}:/usr/local/go/bin`, GOTOOLCHAIN: 'local' };
  return spawnSync('go', args, { cwd: SOURCE, env, encoding: 'utf8', timeout: BUILD_MS });
}
