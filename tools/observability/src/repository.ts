import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CellSpec } from '@bailiwick/domain';
import { parse } from 'yaml';

/** The checkout that this file lies in. */
export const REPOSITORY = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '');

/** Every cell of `infra/jurisdictions`. */
export function readCells(): readonly CellSpec[] {
  const folder = join(REPOSITORY, 'infra', 'jurisdictions');
  return readdirSync(folder)
    .toSorted()
    .map((file) => CellSpec.parse(parse(readFileSync(join(folder, file), 'utf8'))));
}
