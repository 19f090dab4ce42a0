import { describe, expect, it } from 'vitest';
import { detect } from '../detect.js';

const found = (text: string, countries?: readonly string[]): string[] =>
  detect(text, countries ? { countries, entities: ['PHONE_NUMBER'] } : { entities: ['PHONE_NUMBER'] }).map(
    ({ start, end }) => text.slice(start, end),
  );

/** Numbers that the authorities keep for films and books (Ofcom, Bundesnetzagentur, ARCEP, 555-01xx), or of no subscriber. */
const WRITTEN = [
  'ring [+49 30 901820], please',
  'ring [+1 (212) 555-0123].',
  '[+44 (0)20 7946 0958]',
  '[+1-212-555-0123 ext. 5] is hers',
  '[212-555-0123] or mail',
  '[212.555.0123]',
  '[(212) 555-0123]',
  '[001-212-555-0123x3890]',
  'tel.: [(030) 12 34 56]',
  'Tel.[030/901820]',
  'mobil [0171/123 45 67]',
  'Rückruf unter [03090182099]',
  '[(030) 23125 123] ist besetzt',
  'son portable : [06 39 98 01 23]',
  '[06 39 98 01 23]',
  'call me on [07700 900123]',
  '[020 7946 0958]',
  'llámame al [612 34 56 78]',
  'telefono [06 4620 1234]',
  'cell. [347 123 4567]',
  'bel [020 123 4567]',
  'numer telefonu: [512 345 678]',
  'phone [2125550123]',
  'whatsapp [+55 11 91234-5678]',
  'phone: [+999 12 345 678]',
  '電話 [03-1234-5678]',
  'Mobil: [0151\u00A023456789]',
  '[601-228-067]',
  'Klientka jest pod numerem [22 621 04 42], zgłoszenie 4711',
  'Llame a la señora Ibáñez al [612677170]',
];

describe('phone numbers', () => {
  it.each(WRITTEN)('are found in "%s"', (marked) => {
    expect(found(marked.replaceAll(/[[\]]/g, ''))).toEqual([/\[(.*)\]/.exec(marked)?.[1]]);
  });

  it('are found beside one that is surely one', () => {
    expect(found('612840174 / +34 93 474 61 52')).toEqual(['612840174', '+34 93 474 61 52']);
    expect(found('612840174 units / +34 93 474 61 52')).toEqual(['+34 93 474 61 52']);
  });

  it.each([
    'order 0301234567',
    'invoice 2026-11-23 12 units',
    'part number 212-555-0123',
    'version 10.12.2026.4',
    'total 1 234 567 EUR',
    '1.234.567',
    '+15 %',
    'score 300.300.300.300',
    'from 12.03.2026 to 24.11.2026',
    '2026-11-23 14:30:00',
    'IBAN DE89 3704 0044 0532 0130 01',
    'Bestellnummer 0171 1234567',
    'lot 4500123456 and 0815 4711',
    '12 34 56 78 90 12',
    'SKU 800-123-4567',
    '123-456-7890',
    'tracking 1Z 999 AA1 01 2345 6784',
  ])('leave "%s" alone', (text) => {
    expect(found(text)).toEqual([]);
  });

  it('of the national form count without a word in the countries of the scope', () => {
    expect(found('0151 23456789', ['DE'])).toEqual(['0151 23456789']);
    expect(found('+49 30 901820', ['FR'])).toEqual(['+49 30 901820']);
    expect(found('06 39 98 01 23', ['US'])).toEqual([]);
  });
});
