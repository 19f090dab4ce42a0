import type { CatalogField, JsonObject } from '@bailiwick/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recordFields } from './record-field.js';
import { subjectJurisdiction } from './subject-jurisdiction.js';

const COUNTRY: CatalogField = {
  category: 'location',
  sensitivity: 'Internal',
  regulations: [],
  gives: 'subject-country',
};
const CATALOG = new Map([['MailingCountry', COUNTRY]]);
const LAWS: Readonly<Record<string, readonly string[]>> = {
  FR: ['eu'],
  DE: ['eu'],
  US: ['us'],
  XX: ['a', 'b'],
};
const of = (record: JsonObject, catalog: ReadonlyMap<string, CatalogField> = CATALOG) =>
  subjectJurisdiction(recordFields(record), catalog, (country) => LAWS[country] ?? []);

describe('R1 whose law a data subject is under', () => {
  it.each([
    ['by the code', { MailingCountry: 'FR' }, 'eu'],
    ['by the code as somebody typed it', { MailingCountry: ' us ' }, 'us'],
    ['by the name', { MailingCountry: 'France' }, 'eu'],
    ['by the name as somebody typed it', { MailingCountry: 'UNITED STATES' }, 'us'],
    ['by several countries of one jurisdiction', { MailingCountry: ['FR', 'Germany'] }, 'eu'],
    ['unknown for a country of no jurisdiction here', { MailingCountry: 'Brazil' }, 'unknown'],
    ['unknown for what is no country', { MailingCountry: 'Île-de-France' }, 'unknown'],
    ['unknown for a country that two claim', { MailingCountry: 'XX' }, 'unknown'],
    ['unknown for countries of two jurisdictions', { MailingCountry: ['FR', 'US'] }, 'unknown'],
    [
      'unknown for one country that is known and one that is not',
      { MailingCountry: ['FR', 'Brazil'] },
      'unknown',
    ],
    ['unknown when the record says nothing', { Name: 'x' }, 'unknown'],
    ['unknown when the field is empty', { MailingCountry: '' }, 'unknown'],
    ['unknown when the field has no value', { MailingCountry: null }, 'unknown'],
  ])('is %s', (_how, record, law) => expect(of(record)).toBe(law));

  it('is not asked where no field of the object says it', () => {
    expect(of({ MailingCountry: 'FR' }, new Map())).toBeUndefined();
  });

  it('is for any value one that is named for it, or unknown; never a word of the record', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(['eu', 'us', 'unknown']).toContain(of({ MailingCountry: value as JsonObject }));
      }),
      { numRuns: 200 },
    );
  });
});
