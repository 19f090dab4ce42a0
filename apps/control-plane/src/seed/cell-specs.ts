import { CellSpec } from '@bailiwick/domain';
import type { DeployedCell } from './deployed-cell.js';
import { readSeedFolder } from './seed-folder.js';
import { SeedProblems } from './seed-problems.js';

/** Specs of the cells that run, from `jurisdictions/`. Throws `config-invalid` when one has none. */
export function cellSpecs(seedDir: string, deployed: readonly DeployedCell[]): readonly CellSpec[] {
  const problems = new SeedProblems();
  const specs = readSeedFolder(seedDir, 'jurisdictions', CellSpec, problems);
  const found = deployed.flatMap(({ region }) => {
    const spec = specs.find(({ value }) => value.region === region);
    if (spec) return [spec.value];
    problems.add('jurisdictions', '', `no file describes region ${region}, which the cells file names`);
    return [];
  });
  problems.refuse();
  return found;
}
