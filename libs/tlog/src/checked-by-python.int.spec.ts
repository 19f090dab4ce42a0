import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { formatEvidence } from './evidence-bundle.js';
import { soundBundle, TAMPERINGS, trust } from './evidence.test-kit.js';
import { verifyEvidence } from './verify-evidence.js';

const VERIFIER = fileURLToPath(new URL('../../../tools/tlog-check/verify.py', import.meta.url));
const hasPython = (): boolean => {
  try {
    execFileSync('python3', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};
const folder = mkdtempSync(join(tmpdir(), 'evidence-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What verify.py says of a bundle: the statements that hold and those that fail, and its exit code. */
function verifiedByPython(
  bundle: string,
  trusted?: unknown,
): { holds: string[]; fails: string[]; code: number | null } {
  const [path, trustPath] = [join(folder, 'bundle.json'), join(folder, 'trust.json')];
  writeFileSync(path, bundle);
  writeFileSync(trustPath, JSON.stringify(trusted ?? {}));
  const run = spawnSync('python3', [VERIFIER, path, ...(trusted ? ['--trust', trustPath] : [])], {
    encoding: 'utf8',
  });
  expect(run.stderr).toBe('');
  const lines = run.stdout.split('\n').filter((line) => line !== '');
  for (const line of lines) expect(line).toMatch(/^(ok {4}|FAILED) [a-z]+( \d+)?: [A-Z0-9].*\.$/);
  const names = (word: string): string[] =>
    lines.filter((line) => line.startsWith(word)).map((line) => line.slice(7, line.indexOf(':')));
  return { holds: names('ok'), fails: names('FAILED'), code: run.status };
}

describe.skipIf(!hasPython())('Python, which knows nothing of us (skipped without python3)', () => {
  it('verifies our evidence, and trusts the keys that it is told to', () => {
    const text = formatEvidence(soundBundle);
    const { statements } = verifyEvidence(text, trust);
    const all = { holds: statements.map(({ name }) => name), fails: [], code: 0 };
    expect(verifiedByPython(text)).toEqual(all);
    expect(verifiedByPython(text, trust)).toEqual(all);
    for (const distrust of [
      { ...trust, keys: [] },
      { ...trust, routerKeys: [] },
      { ...trust, quorum: 3 },
    ])
      expect(verifiedByPython(text, distrust)).toMatchObject({ fails: ['keys'], code: 1 });
  });

  it.each(TAMPERINGS)('finds the same statements failing as we do with %s', (_, bundle, failing) => {
    expect(verifiedByPython(bundle)).toMatchObject({ fails: failing, code: 1 });
  });
});
