import { describe, expect, it } from 'vitest';
import { createDetector } from '../detector.js';

const detect = createDetector({ entities: ['PERSON', 'LOCATION'] });
const found = (text: string): string[] =>
  detect(text).map(({ start, end, entity }) => `${entity} ${text.slice(start, end)}`);

describe('people and places are found in', () => {
  it.each([
    ['en', 'My name is Tamsin Holroyd and I live in Leeds.', ['PERSON Tamsin Holroyd', 'GPE Leeds']],
    ['en', 'Dear Mr. Smith, call J. R. Jones.', ['PERSON Smith', 'PERSON J. R. Jones']],
    ['en', "O'Brien's order for Mohammed bin Salman", ["PERSON O'Brien", 'PERSON Mohammed bin Salman']],
    [
      'en',
      'Ship to 12 Lord Street, Springfield, IL 62701',
      ['STREET_ADDRESS 12 Lord Street, Springfield, IL 62701'],
    ],
    [
      'en',
      '42 High Street\nFlat 3\nLondon\nSW1A 1AA',
      ['STREET_ADDRESS 42 High Street\nFlat 3\nLondon\nSW1A 1AA'],
    ],
    [
      'de',
      'Ich heiße Jürgen Schneider, Hauptstraße 5, 10115 Berlin',
      ['PERSON Jürgen Schneider', 'STREET_ADDRESS Hauptstraße 5, 10115 Berlin'],
    ],
    ['de', 'Frau Koch rief aus München an.', ['PERSON Koch', 'GPE München']],
    [
      'fr',
      "Je m'appelle Jean-Luc Dupont, 12 rue de la Paix, 75002 Paris",
      ['PERSON Jean-Luc Dupont', 'STREET_ADDRESS 12 rue de la Paix, 75002 Paris'],
    ],
    [
      'es',
      'Me llamo Lucía Fernández y vivo en Calle Mayor 3, Madrid',
      ['PERSON Lucía Fernández', 'STREET_ADDRESS Calle Mayor 3, Madrid'],
    ],
    ['it', 'Gentile Sig.ra Bianchi, scrivo da Napoli', ['PERSON Bianchi', 'GPE Napoli']],
    ['nl', 'Ik heet Sanne van den Berg en woon in Drachten.', ['PERSON Sanne van den Berg', 'GPE Drachten']],
    ['nl', 'Keizersgracht 12, 1015 CX Amsterdam', ['STREET_ADDRESS Keizersgracht 12, 1015 CX Amsterdam']],
    [
      'pl',
      'Pani Kowalska mieszka w Warszawie, ul. Długa 5/7',
      ['PERSON Kowalska', 'GPE Warszawie', 'STREET_ADDRESS ul. Długa 5/7'],
    ],
  ])('%s: %s', (_, text, expected) => {
    expect(found(text)).toEqual(expected);
  });
});

describe('nobody and no place is found in', () => {
  it.each([
    'The Emma mattress is out of stock since April.',
    'May I ask about June? Mark the ticket as done by Monday.',
    'Will the update be ready? Bill the customer for hours.',
    'Please order two Lena chairs and one Oskar table.',
    'Grace period ends. Reading the manual is mandatory.',
    'Order 4471-A, part number XK-200, version 4.2.',
    'Im Mai und im August ist die Matratze Emma nicht lieferbar.',
    'Der Bauer sah einen Wolf, das Essen vom Koch war kalt.',
    'Rückruf wegen Vertragsverlängerung und Preisliste.',
    'La livraison du canapé Clara est prévue en avril.',
    'El sofá Marta llega en mayo.',
    'La riunione è a maggio, il divano Giulia è esaurito.',
    'De vergadering is in mei, de collectie Sanne in de zomer.',
    'Spotkanie jest w maju, kolekcja Zosia latem.',
  ])('%s', (text) => {
    expect(found(text)).toEqual([]);
  });
});

it('a city alone is looked for only when it is asked for', () => {
  expect(createDetector()('We met in Berlin.')).toEqual([]);
});

describe('languages of the settings', () => {
  it.each([
    ['signora Quallbrink', 'it', 'de'],
    ['Mr Quallbrink called', 'en', ''],
    ['Er wohnt in Drolshag', 'de', 'en'],
  ])('make the words around a name in "%s" count in %s only', (text, own, other) => {
    const find = (languages?: readonly string[]): string[] => {
      const look = createDetector({ entities: ['PERSON', 'GPE'], ...(languages ? { languages } : {}) });
      return look(text).map(({ start, end }) => text.slice(start, end));
    };
    expect(find()).toEqual(find([own]));
    expect(find([own])).toHaveLength(1);
    expect(find([other])).not.toEqual(find([own]));
  });
});
