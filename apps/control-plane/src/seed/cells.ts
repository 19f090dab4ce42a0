import { CellSpec, type CellEndpoints, type Pool } from '@bailiwick/domain';
import type { DeployedCell } from './deployed-cell.js';
import { readSeedFolder } from './seed-folder.js';
import type { SeedProblems } from './seed-problems.js';

/** A cell with its specification joined to its deployment. */
export interface Cell {
  readonly endpoints: CellEndpoints;
  readonly pools: readonly Pool[];
}

/** Joins each cell that runs with its specification in `jurisdictions/`; a pool without a public key is a problem. */
export function readCells(
  seedDir: string,
  deployed: readonly DeployedCell[],
  problems: SeedProblems,
): readonly Cell[] {
  const files = readSeedFolder(seedDir, 'jurisdictions', CellSpec, problems);
  return deployed.flatMap((deployment) => {
    const { region, jurisdiction, ingestHttp, ingestGrpc } = deployment;
    const spec = files.find(({ value }) => value.region === region);
    if (!spec) {
      problems.add('jurisdictions', '', `no file describes region ${region}, which the cells file names`);
      return [];
    }
    if (spec.value.jurisdiction !== jurisdiction)
      problems.add(spec.file, 'jurisdiction', `the cells file says ${jurisdiction}`);
    const pools = spec.value.pools.flatMap((pool, index): Pool[] => {
      const publicKey = deployment.pools[pool.id];
      if (publicKey !== undefined) return [{ ...pool, jurisdiction, region, publicKey }];
      problems.add(spec.file, `pools.${index}`, `the cells file has no public key of pool ${pool.id}`);
      return [];
    });
    return [{ endpoints: { region, jurisdiction, ingestHttp, ingestGrpc }, pools }];
  });
}
