import { createDetector } from '@bailiwick/detect';
import { speedTexts } from './speed.js';

/*
 * What memory does over millions of calls: `node --expose-gc tools/bench/dist/detect/memory.js 10000000`. At each tenth it
 * prints what is resident and, after a forced collection, what the heap holds.
 */
const calls = Number(process.argv[2] ?? 10_000_000);
const POINTS = 10;
const detect = createDetector();
const { fields } = speedTexts();

const megabytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(1).padStart(6);

function point(done: number): void {
  const resident = process.memoryUsage.rss();
  globalThis.gc?.();
  console.log(
    `${String(done).padStart(9)} calls: ${megabytes(resident)} MB resident, ${megabytes(process.memoryUsage().heapUsed)} MB of heap in use`,
  );
}

for (let call = 0; call < calls; call++) {
  // The first thousands compile and load what is used.
  if (call % (calls / POINTS) === 0 || call === 100_000) point(call);
  detect(fields[call % fields.length] ?? '');
}
point(calls);
