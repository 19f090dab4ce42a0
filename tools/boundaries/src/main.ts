import { resolve } from 'node:path';
import { checkBoundaries } from './check.js';

const report = checkBoundaries(resolve(import.meta.dirname, '../../..'));
for (const { file, specifier, rule, why } of report.breaches)
  console.error(`${file}: imports '${specifier}' — ${rule}: ${why}`);
console.log(
  `boundaries: ${report.imports} imports in ${report.files} files, ${report.breaches.length} breaches`,
);
// A check that saw nothing has shown nothing.
process.exitCode = report.breaches.length > 0 || report.imports === 0 ? 1 : 0;
