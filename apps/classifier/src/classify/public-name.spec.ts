import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { publicNames } from './public-name.js';

const none = (): boolean => false;

describe('the public names of fields', () => {
  it('are those of the catalog, and of what looks like an identifier', () => {
    const names = publicNames(['E-Mail (privat)', 'Custom__c'], (name) => name.startsWith('E-Mail'), none);
    expect([...names.values()]).toEqual(['E-Mail (privat)', 'Custom__c']);
  });

  it('hide a name that is no identifier, or in which personal data is found', () => {
    const names = publicNames(
      ['lena.vogt@example.org', 'lena_vogt', 'Status'],
      none,
      (name) => name === 'lena_vogt',
    );
    expect([...names]).toEqual([
      ['lena.vogt@example.org', 'unlisted-1'],
      ['lena_vogt', 'unlisted-2'],
      ['Status', 'Status'],
    ]);
  });

  it('are never two for one field nor one for two fields', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.oneof(fc.string(), fc.constantFrom('unlisted-1', 'unlisted-2', 'A'))),
        (names) => {
          const shown = publicNames(names, none, none);
          expect(shown.size).toBe(names.length);
          expect(new Set(shown.values()).size).toBe(names.length);
          for (const name of shown.values())
            expect(name).toMatch(/^([A-Za-z_][A-Za-z0-9_.]{0,79}|unlisted-\d+)$/);
        },
      ),
    );
  });
});
