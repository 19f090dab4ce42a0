import { writeFileSync } from 'node:fs';
import { loadTraining } from '@bailiwick/detect';
import { trainingSet } from './training-set.js';

/*
 * Makes libs/detect/data/tagger.bin anew, the same bytes for the same seed, packages and runtime:
 * `node tools/bench/dist/detect/tagger/train-tagger.js`, half a minute.
 */
const TEXTS_A_LANGUAGE = 8000;
const ROUNDS = 5;
const SEED = 1;

const { trainTagger } = await loadTraining();
const target = new URL('../../../../../libs/detect/data/tagger.bin', import.meta.url);
const texts = trainingSet(Number(process.argv[2] ?? TEXTS_A_LANGUAGE), SEED);
console.log(`${texts.length} texts, ${texts.reduce((sum, { marks }) => sum + marks.length, 0)} names`);
writeFileSync(
  target,
  trainTagger(texts, { rounds: Number(process.argv[3] ?? ROUNDS), seed: SEED, say: console.log }),
);
