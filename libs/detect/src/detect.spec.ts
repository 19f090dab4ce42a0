import { describe, expect, it } from 'vitest';
import { detect } from './detect.js';
import type { DetectOptions } from './detect.js';
import { applyToText } from './span.js';

const DE: DetectOptions = { countries: ['DE', 'FR', 'ES', 'IT', 'NL', 'PL', 'US', 'GB'] };
const found = (text: string, options: DetectOptions = DE): string[] =>
  detect(text, options).map(({ start, end, entity }) => `${entity} ${text.slice(start, end)}`);

describe('detect finds', () => {
  it.each([
    ['write to anna.mueller+crm@mail.example.co.uk.', 'EMAIL_ADDRESS anna.mueller+crm@mail.example.co.uk'],
    ["(o'neil@example.com)", "EMAIL_ADDRESS o'neil@example.com"],
    ['jürgen@müller.de schrieb', 'EMAIL_ADDRESS jürgen@müller.de'],
    ['x@xn--mller-kva.xn--p1ai', 'EMAIL_ADDRESS x@xn--mller-kva.xn--p1ai'],
    ['ring +49 30 901820, please', 'PHONE_NUMBER +49 30 901820'],
    ['ring +1 (212) 555-0123.', 'PHONE_NUMBER +1 (212) 555-0123'],
    ['Rückruf 030/901820 erbeten', 'PHONE_NUMBER 030/901820'],
    ['mobil 0151 23456789', 'PHONE_NUMBER 0151 23456789'],
    ['Tel: 03090182099', 'PHONE_NUMBER 03090182099'],
    ['card 4111 1111 1111 1111 declined', 'CREDIT_CARD 4111 1111 1111 1111'],
    ['5555-5555-5555-4444', 'CREDIT_CARD 5555-5555-5555-4444'],
    ['amex 378282246310005', 'CREDIT_CARD 378282246310005'],
    ['case 47 4111111111111111 123', 'CREDIT_CARD 4111111111111111'],
    ['to DE89 3704 0044 0532 0130 00 today', 'IBAN_CODE DE89 3704 0044 0532 0130 00'],
    ['gb29nwbk60161331926819', 'IBAN_CODE gb29nwbk60161331926819'],
    ['from 192.168.10.12.', 'IP_ADDRESS 192.168.10.12'],
    ['from 2001:db8::8a2e:370:7334 again', 'IP_ADDRESS 2001:db8::8a2e:370:7334'],
    ['Steuer-ID 36574261809', 'DE_TAX_ID 36574261809'],
    ['Sozialversicherung 15 070649 C 103', 'DE_SOCIAL_SECURITY 15 070649 C 103'],
    ['NIR 2 95 10 99 126 111 93', 'FR_NIR 2 95 10 99 126 111 93'],
    ['DNI 54362315K', 'ES_NIF 54362315K'],
    ['NIE X-5253868-R', 'ES_NIE X-5253868-R'],
    ['codice fiscale RCCMNL83S18D969H', 'IT_FISCAL_CODE RCCMNL83S18D969H'],
    ['BSN 1112.22.333', 'NL_BSN 1112.22.333'],
    ['PESEL 44051401359', 'PL_PESEL 44051401359'],
    ['my ssn is 536904399', 'US_SSN 536904399'],
    ['536-90-4399 on file', 'US_SSN 536-90-4399'],
    ['NINO HH 01 02 03 D', 'UK_NINO HH 01 02 03 D'],
    ['geboren am 12.03.1980 in', 'DATE_OF_BIRTH 12.03.1980'],
    ['date of birth: March 3, 1980', 'DATE_OF_BIRTH March 3, 1980'],
    ['née le 3 août 1980', 'DATE_OF_BIRTH 3 août 1980'],
    ['DOB 1980-03-12', 'DATE_OF_BIRTH 1980-03-12'],
  ])('%s', (text, expected) => {
    expect(found(text)).toEqual([expected]);
  });
});

describe('detect leaves alone', () => {
  it.each([
    'order 12345678 of 2026-11-23, delivered 24.11.2026 at 12:30:45',
    'total 1,234,567.89 EUR, 15 % of 8200',
    'version 4.1.0 on build 20261123',
    'card 4111 1111 1111 1112',
    'DE89 3704 0044 0532 0130 01',
    'ticket 000-12-3456 and 300.300.300.300',
    'see std::vector and a::b',
    'user@localhost, @handle, a@b',
    'customer 36574261809 without a word about what it is',
    'meet on 12.03.2026',
    'a b c 1 2 3 4 5 6 7 8 9 0',
  ])('%s', (text) => {
    expect(found(text)).toEqual([]);
  });
});

describe('identities of the record', () => {
  const known: DetectOptions = {
    identities: [
      { entity: 'PERSON', value: 'Anna-Lena Müller' },
      { entity: 'ACCOUNT', value: 'Nord Wind GmbH' },
      { entity: 'PHONE_NUMBER', value: '+49 30 901820' },
      { entity: 'PERSON', value: 'Al' },
    ],
  };

  it.each([
    ['ANNA LENA MÜLLER wrote', ['PERSON ANNA LENA MÜLLER']],
    ['Frau Mueller and Muller', ['PERSON Mueller', 'PERSON Muller']],
    ['Mu\u0308ller, Lena', ['PERSON Mu\u0308ller', 'PERSON Lena']],
    ['Müllerstraße is a street, Müller’s is not', ['STREET_ADDRESS Müllerstraße', 'PERSON Müller']],
    ['nord-wind gmbh; Nord and Wind', ['ACCOUNT nord-wind gmbh']],
    ['49.30.901820', ['PHONE_NUMBER 49.30.901820']],
    ['Al spoke of all', ['PERSON Al']],
  ])('are found again in %s', (text, expected) => {
    expect(found(text, known)).toEqual(expected);
  });

  it('are not looked for when the value is a text or empty', () => {
    const identities = [
      { entity: 'PERSON', value: 'anything '.repeat(100) },
      { entity: 'PERSON', value: ' - ' },
    ];
    expect(found('anything - anything', { identities })).toEqual([]);
  });
});

describe('overlapping findings', () => {
  it('become one span that covers them all and is named for the surest', () => {
    const text = 'mail anna.mueller@example.de';
    const options = { identities: [{ entity: 'PERSON', value: 'Anna Mueller' }] };
    expect(found(text, options)).toEqual(['EMAIL_ADDRESS anna.mueller@example.de']);
    expect(detect(text, options)[0]?.recogniser).toBe('email');
  });

  it('are replaced once', () => {
    const text = 'Anna Müller <anna@example.de>, 030 901820';
    const options = { ...DE, identities: [{ entity: 'PERSON', value: 'Anna Müller' }] };
    expect(applyToText(text, detect(text, options), (_, { entity }) => `[${entity}]`)).toBe(
      '[PERSON] <[EMAIL_ADDRESS]>, [PHONE_NUMBER]',
    );
  });
});
