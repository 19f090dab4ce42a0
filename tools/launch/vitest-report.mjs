/**
 * Counts vitest's JSON report. A file that failed before its tests could run counts as one failure; a test that was
 * skipped is named.
 */
export function countReport(report) {
  let passed = 0;
  let failed = 0;
  const notRun = [];
  for (const file of report.testResults) {
    const tests = file.assertionResults;
    passed += tests.filter(({ status }) => status === 'passed').length;
    const failures = tests.filter(({ status }) => status === 'failed').length;
    failed += failures === 0 && file.status === 'failed' ? 1 : failures;
    for (const { status, fullName } of tests)
      if (status !== 'passed' && status !== 'failed') notRun.push(`${fullName} (${status})`);
  }
  return { passed, failed, notRun };
}
