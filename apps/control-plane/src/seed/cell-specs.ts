import { CellSpec } from '@bailiwick/domain';
import type { DeployedCell } from './deployed-cell.js';
import { readSeedFolder } from './seed-folder.js';
import { SeedProblems } from './seed-problems.js';

/** Specs of the cells that run, from `jurisdictions/`. Throws `config-invalid` when one has none, or two claim a country. */
export function cellSpecs(seedDir: string, deployed: readonly DeployedCell[]): readonly CellSpec[] {
  const problems = new SeedProblems();
  const specs = readSeedFolder(seedDir, 'jurisdictions', CellSpec, problems);
  const found = deployed.flatMap(({ region }) => {
    const spec = specs.find(({ value }) => value.region === region);
    if (spec) return [spec.value];
    problems.add('jurisdictions', '', `no file describes region ${region}, which the cells file names`);
    return [];
  });
  for (const [country, claims] of claimsOf(found))
    if (claims.size > 1)
      problems.add('jurisdictions', 'countries', `${country} is claimed by ${[...claims].join(' and ')}`);
  problems.refuse();
  return found;
}

/** Jurisdictions that say that a country's law is theirs, by country. */
function claimsOf(specs: readonly CellSpec[]): ReadonlyMap<string, ReadonlySet<string>> {
  const claims = new Map<string, Set<string>>();
  for (const { jurisdiction, countries = [] } of specs)
    for (const country of countries)
      claims.set(country, (claims.get(country) ?? new Set()).add(jurisdiction));
  return claims;
}
