import { createDetector, type Level } from '@bailiwick/detect';

/** Ends with 0 when the first span was found: what `startMs` times, the loading of every dictionary included. */
const level: Level = process.argv[2] === 'thorough' ? 'thorough' : 'standard';
const [first] = createDetector({ level })('Please write to lena.vogt@example.org or to Lena Vogt in Berlin.');
process.exitCode = first ? 0 : 1;
