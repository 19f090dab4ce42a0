import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findProgram } from './programs.test-kit.js';
import { REPOSITORY } from './repository.js';

const { file: promtool = '', why } = findProgram(['promtool'], 'promtool-3.16.0-dns', 'build-promtool.sh');
const alerts = join(REPOSITORY, 'infra', 'alerts');
const prometheus = join(REPOSITORY, 'infra', 'prometheus');
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

describe.skipIf(promtool === '')(`configurations, as Prometheus itself reads them${why}`, () => {
  // Files and names that are there where it runs are not here.
  it.each(readdirSync(prometheus))('%s is valid', (file) => {
    const { ok, said } = run('check', 'config', '--syntax-only', join(prometheus, file));
    expect(ok, said).toBe(true);
  });

  it('one that names what there is not is refused', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'prometheus-')), 'prometheus.yaml');
    const text = readFileSync(join(prometheus, 'prometheus.eu-central.yaml'), 'utf8');
    writeFileSync(file, text.replace('OpenMetricsText1.0.0', 'OpenMetrics'));
    expect(run('check', 'config', '--syntax-only', file)).toMatchObject({ ok: false });
    rmSync(dirname(file), { recursive: true });
  });
});
