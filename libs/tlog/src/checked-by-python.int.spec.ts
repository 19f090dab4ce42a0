import fc from 'fast-check';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { formatEvidence } from './evidence-bundle.js';
import { soundBundle, TAMPERINGS, trust } from './evidence.test-kit.js';
import { verifyEvidence } from './verify-evidence.js';

const VERIFIER = fileURLToPath(new URL('../../../tools/tlog-check/verify.py', import.meta.url));
const python = (args: readonly string[], input = '') =>
  spawnSync('python3', ['-B', ...args], { encoding: 'utf8', input, maxBuffer: 1 << 28 });
const hasPython = python(['--version']).status === 0;
const folder = hasPython ? mkdtempSync(join(tmpdir(), 'evidence-')) : '';
afterAll(() => rmSync(folder, { recursive: true }));

/** What verify.py prints of a bundle, and its exit code. */
function verifiedByPython(
  bundle: string,
  trusted?: unknown,
): { holds: string[]; fails: string[]; code: number | null } {
  const [path, trustPath] = [join(folder, 'bundle.json'), join(folder, 'trust.json')];
  writeFileSync(path, bundle);
  writeFileSync(trustPath, JSON.stringify(trusted ?? {}));
  const run = python([VERIFIER, path, ...(trusted ? ['--trust', trustPath] : [])]);
  expect(run.stderr).toBe('');
  const lines = run.stdout.split('\n').filter((line) => line !== '');
  for (const line of lines) expect(line).toMatch(/^(ok {4}|FAILED) [a-z]+( \d+)?: [A-Z0-9].*\.$/);
  const names = (word: string): string[] =>
    lines.filter((line) => line.startsWith(word)).map((line) => line.slice(7, line.indexOf(':')));
  return { holds: names('ok'), fails: names('FAILED'), code: run.status };
}

/** The statements that fail in each of many bundles, by one run of Python. */
function failingInPython(bundles: readonly string[]): unknown {
  const program = `
import json, sys
sys.path.insert(0, ${JSON.stringify(dirname(VERIFIER))})
import verify
failing = [[name for name, holds, _ in verify.verify(text) if not holds] for text in json.load(sys.stdin)]
print(json.dumps(failing))`;
  const run = python(['-c', program], JSON.stringify(bundles));
  expect(run.stderr).toBe('');
  return JSON.parse(run.stdout);
}
const failingHere = (bundle: string): string[] =>
  verifyEvidence(bundle).statements.flatMap(({ name, ok }) => (ok ? [] : [name]));

describe.skipIf(!hasPython)('Python, which knows nothing of us (skipped without python3)', () => {
  const text = formatEvidence(soundBundle);

  it('verifies our evidence, and trusts the keys that it is told to', () => {
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

  it('says which statement fails, and exits with 1, when evidence was tampered with', () => {
    const found = failingInPython(TAMPERINGS.map(([, bundle]) => bundle));
    expect(found).toEqual(TAMPERINGS.map(([, , failing]) => failing));
    for (const [, bundle, failing] of TAMPERINGS.slice(0, 3))
      expect(verifiedByPython(bundle)).toMatchObject({ fails: failing, code: 1 });
  });

  it('finds the same statements failing as we do, whatever was changed', () => {
    const noise = fc.constantFrom(
      '0',
      'A',
      '"',
      '\\n',
      '\n',
      '=',
      '—',
      ' ',
      '+',
      'null',
      '[]',
      '\\ud800',
      '\u00a0',
      '\u007f',
      '.5',
    );
    const changed = fc
      .tuple(fc.nat(text.length), noise, fc.nat(2))
      .map(([at, what, cut]) => text.slice(0, at) + what + text.slice(at + cut));
    const seed = Date.now();
    const bundles = fc.sample(changed, { numRuns: 150, seed });
    expect(failingInPython(bundles), `seed ${seed}`).toEqual(bundles.map(failingHere));
  });
});
