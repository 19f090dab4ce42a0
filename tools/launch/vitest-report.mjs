/**
 * Counts vitest's JSON report. A file that failed before its tests could run counts as one failure; a test that was
 * skipped is named, and what failed is named with the first lines of its reason.
 */
export function countReport(report) {
  let passed = 0;
  let failed = 0;
  const notRun = [];
  const failures = [];
  for (const file of report.testResults) {
    const tests = file.assertionResults;
    passed += tests.filter(({ status }) => status === 'passed').length;
    const broken = tests.filter(({ status }) => status === 'failed');
    failed += broken.length;
    for (const { fullName, failureMessages } of broken)
      failures.push(named(file.name, fullName, failureMessages?.join('\n')));
    if (broken.length === 0 && file.status === 'failed') {
      failed += 1;
      failures.push(named(file.name, 'before its tests could run', file.message));
    }
    for (const { status, fullName } of tests)
      if (status !== 'passed' && status !== 'failed') notRun.push(`${fullName} (${status})`);
  }
  return { passed, failed, notRun, failures };
}

const REASON_LINES = 8;

function named(file, test, reason) {
  const lines = (reason ?? '').split('\n').filter((line) => line.trim() !== '');
  return [`${file}: ${test}`, ...lines.slice(0, REASON_LINES).map((line) => `  ${line}`)].join('\n');
}
