import { createHash } from 'node:crypto';
import { Acknowledgement, ResidencyProfile } from '@bailiwick/domain';
import { z } from 'zod';
import type { Cell } from './cells.js';
import { readSeedFolder } from './seed-folder.js';
import type { SeedProblems } from './seed-problems.js';

/** A tenant's file: its profile, and the very text that somebody acknowledged, or null. */
const TenantFile = z.strictObject({
  profile: ResidencyProfile.omit({ acknowledgement: true }),
  acknowledgement: Acknowledgement.omit({ textDigest: true })
    .extend({ text: z.string().min(1) })
    .nullable(),
});

/** SHA-256 of a text as it stands, hexadecimal: what a profile keeps of an acknowledged text. */
export const textDigest = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

/** Reads `tenants/`: one residency profile a file. The home of each must be a cell that runs. */
export function readProfiles(
  seedDir: string,
  cells: readonly Cell[],
  problems: SeedProblems,
): readonly ResidencyProfile[] {
  const seen = new Map<string, string>();
  return readSeedFolder(seedDir, 'tenants', TenantFile, problems).map(({ file, value }) => {
    const { profile, acknowledgement } = value;
    const first = seen.get(profile.tenant);
    if (first !== undefined) problems.add(file, 'profile.tenant', `${first} already has ${profile.tenant}`);
    seen.set(profile.tenant, file);

    const home = cells.find(({ endpoints }) => endpoints.region === profile.homeRegion);
    if (!home) problems.add(file, 'profile.homeRegion', `no cell runs in ${profile.homeRegion}`);
    else if (home.endpoints.jurisdiction !== profile.homeJurisdiction)
      problems.add(file, 'profile.homeJurisdiction', `${profile.homeRegion} does not lie there`);

    profile.permitted.forEach(({ jurisdiction, transferBasis }, index) => {
      const path = `profile.permitted.${index}`;
      if (jurisdiction === profile.homeJurisdiction)
        problems.add(file, `${path}.jurisdiction`, 'is the home, which needs no permission');
      if (transferBasis === 'none')
        problems.add(file, `${path}.transferBasis`, 'a transfer needs a basis (GDPR 44-49)');
    });

    return {
      ...profile,
      acknowledgement: acknowledgement && {
        by: acknowledgement.by,
        at: acknowledgement.at,
        textDigest: textDigest(acknowledgement.text),
      },
    };
  });
}
