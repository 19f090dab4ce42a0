// npm test: installs, generates, then every check and test. Ends with the line `N passed, N failed`.
//   --only=unit,int   only these steps; what did not run is named
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bin, generate, install, requirePrograms, root, run, say } from './bootstrap.mjs';
import { STEPS } from './test-steps.mjs';
import { countReport } from './vitest-report.mjs';

const { values } = parseArgs({ options: { only: { type: 'string' } } });
const only = values.only?.split(',');
const unknown = only?.filter((name) => !STEPS.some((step) => step.name === name)) ?? [];
if (unknown.length > 0) {
  console.error(`no such step: ${unknown.join(', ')}; there are ${STEPS.map(({ name }) => name).join(', ')}`);
  process.exit(2);
}

requirePrograms();
await install();
await generate();

const reports = join(root, 'test-results');
mkdirSync(reports, { recursive: true });
let passed = 0;
let failed = 0;
const notRun = [];
const failures = [];
const broken = new Set();
for (const step of STEPS) {
  if (only && !only.includes(step.name)) {
    notRun.push(`${step.title}: not asked for`);
    continue;
  }
  const missing = step.needs.find((name) => broken.has(name));
  if (missing) {
    notRun.push(`${step.title}: ${missing} failed`);
    failed += 1;
    continue;
  }
  say(`${step.title} …`);
  const result = step.kind === 'suite' ? await runSuite(step) : await runCheck(step);
  passed += result.passed;
  failed += result.failed;
  notRun.push(...result.notRun);
  failures.push(...result.failures);
  if (result.failed > 0) broken.add(step.name);
  say(`${step.title}: ${result.passed} passed, ${result.failed} failed`);
}

if (notRun.length > 0) console.log(`did not run:\n${notRun.map((line) => `  ${line}`).join('\n')}`);
if (failures.length > 0) console.log(`failed:\n${failures.map(indented).join('\n')}`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
console.log(`${passed} passed, ${failed} failed`);

async function runCheck({ title, command, args }) {
  const code = await run(command, args);
  return {
    passed: code === 0 ? 1 : 0,
    failed: code === 0 ? 0 : 1,
    notRun: [],
    failures: code === 0 ? [] : [title],
  };
}

function indented(text) {
  return text.replaceAll(/^/gm, '  ');
}

async function runSuite({ name, projects }) {
  const report = join(reports, `${name}.json`);
  rmSync(report, { force: true });
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const code = await run(bin('node'), [
    join(root, 'node_modules/vitest/vitest.mjs'),
    'run',
    '--project',
    projects,
    ...reporters,
  ]);
  if (!existsSync(report)) return nothingCounted(`${name}: vitest wrote no report`);
  const counted = countReport(JSON.parse(readFileSync(report, 'utf8')));
  // An error outside of any test, for example an unhandled rejection, fails the run and no test.
  return code !== 0 && counted.failed === 0
    ? { ...counted, failed: 1, failures: [`${name}: an error outside of any test, told above`] }
    : counted;
}

function nothingCounted(reason) {
  return { passed: 0, failed: 1, notRun: [], failures: [reason] };
}
