import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createDetector } from '@bailiwick/detect';
import { expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../../..');
/** Larger files are data: a lexicon, a model, a lock file. */
const LARGEST_BYTES = 400_000;
/** Texts that are about credentials: what finds them, what generates samples of them, and their tests. */
const ABOUT_CREDENTIALS = /^(libs\/detect\/src|tools\/bench\/src\/detect|tools\/bailiwick\/src)\//;

/** What follows a word such as «token» in code is mostly a name or a sentence: one that looks drawn by lot is a value. */
const RANDOM = /^(?=.*\d)(?=.*[A-Za-z])[\w+/=-]{20,}$/;

it('F5 no file of the tree holds a credential', () => {
  const detect = createDetector({ entities: ['API_KEY', 'PRIVATE_KEY'], minScore: 0.7 });
  const files = execFileSync('git', ['ls-files', '-z'], { cwd: ROOT, encoding: 'utf8' })
    .split('\0')
    .filter((file) => file !== '' && !ABOUT_CREDENTIALS.test(file));
  const found: string[] = [];
  let read = 0;
  for (const file of files) {
    const path = join(ROOT, file);
    if ((statSync(path, { throwIfNoEntry: false })?.size ?? Infinity) > LARGEST_BYTES) continue;
    const bytes = readFileSync(path);
    if (bytes.includes(0)) continue;
    read++;
    const text = bytes.toString('utf8');
    for (const { entity, start, end, evidence } of detect(text))
      if (!evidence.includes('context') || RANDOM.test(text.slice(start, end)))
        found.push(`${file}:${start} ${entity}`);
  }
  expect(found).toEqual([]);
  expect(read).toBeGreaterThan(400);
});
