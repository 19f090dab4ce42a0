import { describe, expect, it } from 'vitest';
import { ResidencyProfile } from './residency-profile.js';

const profile = {
  tenant: 'atlas',
  version: 1,
  homeJurisdiction: 'eu',
  homeRegion: 'eu-central',
  permitted: [],
  isolation: 'shared',
  contractReference: 'AT-1',
  acknowledgement: null,
};

describe('B5 residency is no option', () => {
  it.each(Object.keys(profile))('a profile without %s is refused: nothing has a default', (member) => {
    const { [member as keyof typeof profile]: _omitted, ...rest } = profile;
    expect(ResidencyProfile.safeParse(rest).success).toBe(false);
  });

  it('a misspelt member is refused, not ignored', () => {
    expect(ResidencyProfile.safeParse({ ...profile, permited: ['us'] }).success).toBe(false);
  });

  it('a complete profile is taken', () => {
    expect(ResidencyProfile.parse(profile)).toEqual(profile);
  });
});
