import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { JsonObject } from '@bailiwick/domain';
import { z } from 'zod';
import { REPOSITORY } from '../stack-folder.js';

/** One line of `tools/model/samples.jsonl`: a case that the development model has not been trained on. */
const Sample = z.looseObject({ fields: JsonObject });

let samples: readonly JsonObject[] | undefined;

/** Fields of the n-th case of the sample CRM. All people and numbers are invented. */
export function sampleCase(n: number): JsonObject {
  samples ??= readFileSync(join(REPOSITORY, 'tools', 'model', 'samples.jsonl'), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => Sample.parse(JSON.parse(line)).fields);
  const fields = samples[n % samples.length];
  if (!fields) throw new Error('tools/model/samples.jsonl holds no case');
  return fields;
}
