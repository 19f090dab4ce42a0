import type { Purpose, ResidencyProfile } from '@bailiwick/domain';
import { readCells, type Cell } from './cells.js';
import type { DeployedCell } from './deployed-cell.js';
import { readFieldCatalog } from './field-catalog.js';
import { readPurposes } from './purposes.js';
import { SeedProblems } from './seed-problems.js';
import { readProfiles } from './tenants.js';

/** Everything that the control-plane says, valid as a whole. */
export interface Seed {
  readonly profiles: readonly ResidencyProfile[];
  readonly purposes: readonly Purpose[];
  readonly cells: readonly Cell[];
}

/** Reads and checks the seed; throws `config-invalid` with every problem, each with its file and path. */
export function readSeed(seedDir: string, deployed: readonly DeployedCell[]): Seed {
  const problems = new SeedProblems();
  const cells = readCells(seedDir, deployed, problems);
  const catalog = readFieldCatalog(seedDir, problems);
  const profiles = readProfiles(seedDir, cells, problems);
  const pools = cells.flatMap((cell) => cell.pools);
  const purposes = readPurposes(seedDir, catalog, profiles, pools, problems);
  problems.refuse();
  return { profiles, purposes, cells };
}
