import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findProgram } from './programs.test-kit.js';
import { REPOSITORY } from './repository.js';

const { file: promtool = '', why } = findProgram(['promtool'], 'promtool-3.16.0', 'build-promtool.sh');
const alerts = join(REPOSITORY, 'infra', 'alerts');
const run = (...args: readonly string[]): { readonly ok: boolean; readonly said: string } => {
  const { status, stdout, stderr } = spawnSync(promtool, args, { encoding: 'utf8', timeout: 60_000 });
  return { ok: status === 0, said: stdout + stderr };
};
const files = readdirSync(alerts).filter((file) => file.endsWith('.yaml'));
const tests = readdirSync(join(alerts, 'tests'));

describe.skipIf(promtool === '')(`alert rules, as Prometheus itself reads them${why}`, () => {
  it.each(files)('%s is valid', (file) => {
    expect(run('check', 'rules', '--lint=all', '--lint-fatal', join(alerts, file))).toMatchObject({
      ok: true,
    });
  });

  it.each(tests)('%s: each fires when it should, and not before', (file) => {
    const { ok, said } = run('test', 'rules', join(alerts, 'tests', file));
    expect(ok, said).toBe(true);
  });
});
