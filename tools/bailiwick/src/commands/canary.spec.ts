import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { noPaint } from '../print/style.js';
import { program } from '../program.js';
import { sampleStack } from '../sample.test-kit.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'canary-'));
  writeFileSync(join(folder, 'stack.json'), JSON.stringify(sampleStack()));
  vi.stubEnv('BAILIWICK_STACK_FILE', join(folder, 'stack.json'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

const run = (...argv: readonly string[]): Promise<unknown> =>
  program({ paint: noPaint, print: () => {}, warn: () => {}, exit: () => {} }).parseAsync(
    ['canary', ...argv],
    { from: 'user' },
  );

test.each(['5s', '10', 'soon', '-10m'])('--every %s is no duration', async (every) => {
  await expect(run('--every', every)).rejects.toThrow();
});

test.each(['', 'here', '70000x', ':', '10.0.0.7:99999'])(
  '--metrics %j is nowhere to listen',
  async (address) => {
    await expect(run('--every', '10m', '--metrics', address)).rejects.toThrow();
  },
);

test('a cell without a tenant that has the purpose needs one named', async () => {
  await expect(run('--region', 'us-east')).rejects.toMatchObject({
    exitCode: 2,
    message: 'no tenant of us-east has the purpose case-triage; name one with --tenant',
  });
});
