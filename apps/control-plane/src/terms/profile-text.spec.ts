import fc from 'fast-check';
import { expect, test } from 'vitest';
import { profileText, textDigest } from './profile-text.js';
import type { ProfileTerms } from './profile-terms.js';

const terms = fc.record<ProfileTerms>({
  homeJurisdiction: fc.constantFrom('eu', 'us'),
  homeRegion: fc.constantFrom('eu-central', 'us-east'),
  permitted: fc.array(
    fc.record({
      jurisdiction: fc.constantFrom('us', 'ch'),
      transferBasis: fc.constantFrom('adequacy' as const, 'scc' as const, 'bcr' as const),
      documentReference: fc.constantFrom('D1', 'D2'),
      highestSensitivity: fc.constantFrom('Public' as const, 'Internal' as const),
    }),
    { maxLength: 2 },
  ),
  isolation: fc.constantFrom('shared' as const, 'dedicated' as const),
  contractReference: fc.constantFrom('C1', 'C2'),
  releases: fc.constantFrom('approval' as const, 'operator' as const),
  overflow: fc.constantFrom('permitted' as const, 'never' as const),
  retention: fc.record({
    records: fc.constantFrom(1, 7),
    held: fc.constantFrom(1, 90),
    lineage: fc.constantFrom(365),
  }),
  incidentContacts: fc.array(
    fc.record({ name: fc.constantFrom('A', 'B'), email: fc.constantFrom('a@x.example') }),
    {
      minLength: 1,
      maxLength: 2,
    },
  ),
});

test('F7 the same profile has the same text, and profiles that differ in anything differ in their text', () => {
  fc.assert(
    fc.property(terms, terms, fc.integer({ min: 1, max: 3 }), (one, other, version) => {
      const text = profileText('atlas', version, one);
      expect(profileText('atlas', version, structuredClone(one))).toBe(text);
      expect(profileText('atlas', version + 1, one)).not.toBe(text);
      const same = JSON.stringify(one) === JSON.stringify(other);
      expect(textDigest(profileText('atlas', version, other)) === textDigest(text)).toBe(same);
    }),
    { numRuns: 1000 },
  );
});

test('F7 a term that is left out stands as the stricter one, and the text says so', () => {
  fc.assert(
    fc.property(terms, (all) => {
      const { releases: _, overflow: __, ...rest } = all;
      const stricter = { ...rest, releases: 'approval', overflow: 'never' } as const;
      expect(profileText('atlas', 1, rest)).toBe(profileText('atlas', 1, stricter));
    }),
  );
});
