import { describe, expect, it } from 'vitest';
import { detect } from '../detect.js';

const found = (text: string, entities: readonly string[]): string[] =>
  detect(text, { entities }).map(({ start, end }) => text.slice(start, end));

const WRITTEN: Readonly<Record<string, readonly string[]>> = {
  DATE_OF_BIRTH: [
    'geboren am [12.03.1980] in',
    'date of birth: [March 3, 1980]',
    'née le [3 août 1980]',
    'né [3 août 1980]',
    'DOB [1980-03-12]',
    'D.O.B.: [03/12/80]',
    'Geburtsdatum [1. März 1980]',
    'nacida el [3 de marzo de 1980]',
    'nato a Roma il [3 marzo 1980]',
    'urodzona [3 marca 1980]',
    'geboortedatum: [03-12-1980]',
    'born on the [3rd of March 1980]',
    '[12/03/1980] (DOB)',
    'she was born in [1980]',
  ],
  DATE_TIME: [
    'meet on [12.03.2026]',
    'at [14:30] please',
    '[2026-11-23T04:12:00Z]',
    '[November 3, 2026 at 10:00 am]',
    '[3 août 2026]',
    'in [March 2026]',
  ],
  AGE: [
    'she is [34 years old]',
    'a [34-year-old] engineer',
    '[34 y/o] male',
    'aged [34], of Leeds',
    'Age: [34]',
    'er ist [34 Jahre alt]',
    'der [34-jährige] Kunde',
    'Alter: [34]',
    'âgée de [34 ans]',
    'il a [34 ans]',
    'tiene [34 años]',
    '[34 años de edad]',
    'ha [34 anni]',
    'il [34enne]',
    '[34 jaar oud]',
    'de [34-jarige]',
    'ma [34 lata]',
    '[34-letni]',
  ],
  LICENSE_PLATE: [
    'Kennzeichen [B-AB 1234]',
    'license plate: [7ABC123]',
    'immatriculation [AB-123-CD]',
    'targa [AB123CD]',
    'kenteken [12-ABC-3]',
  ],
};

describe('dates, ages and plates', () => {
  it.each(Object.entries(WRITTEN).flatMap(([entity, texts]) => texts.map((text) => [entity, text])))(
    '%s is found in "%s"',
    (entity, marked) => {
      expect(found(marked.replaceAll(/[[\]]/g, ''), [entity])).toEqual([/\[(.*)\]/.exec(marked)?.[1]]);
    },
  );

  it.each([
    'meet on 12.03.2026',
    'il ne vient pas le 3 août 2026',
    'invoice of 2026-11-23',
    'born leader, order 4711 of 12.03.2026 at 14:30',
    'version 12.3.80.1',
    '30 years of experience, warranty 2 years, garantie 2 ans',
    'contract for 36 months, net 30 days, age group 18-25',
    'page 34, 34 units, 34 EUR, Auftrag 34',
    'contrat de 3 ans, hace 5 años, da 10 anni, sinds 12 jaar, od 20 lat',
    'plate of 12 parts, template 4',
    'number 34567',
  ])('nothing is found in "%s"', (text) => {
    expect(found(text, ['DATE_OF_BIRTH', 'AGE', 'LICENSE_PLATE'])).toEqual([]);
  });

  it('dates are left alone unless they are asked for', () => {
    expect(detect('meet on 12.03.2026 at 14:30')).toEqual([]);
  });

  it('the word for a birthday speaks of the nearest date only', () => {
    expect(found('born 3.4.1980, visited 12.11.2026', ['DATE_OF_BIRTH'])).toEqual(['3.4.1980']);
  });
});
