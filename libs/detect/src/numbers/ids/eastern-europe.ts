import { hasDate, std, stdAfter, weighted, type IdRule } from '../id-rule.js';

/** Poland, Czechia, Slovakia, Hungary, Slovenia, Croatia, Romania and Bulgaria; sources as in `western-europe.ts`. */
export const EASTERN_EUROPE: readonly IdRule[] = [
  {
    entity: 'PL_PESEL',
    country: 'PL',
    shapes: '99999999999',
    check: std('PL', 'pesel'),
    words: 'pesel|pesel u|peselu|numer pesel|nr pesel',
    families: ['id', 'social', 'tax'],
  },
  {
    entity: 'PL_NIP',
    country: 'PL',
    shapes: '9999999999 pl9999999999',
    check: stdAfter('PL', 'PL', 'nip'),
    words: 'nip|nip u|nipu|numer nip|nr nip|vat ue',
    families: ['tax', 'vat'],
    alone: /^PL ?\d{10}$|^\d{3}-\d{3}-\d{2}-\d{2}$|^\d{3}-\d{2}-\d{2}-\d{3}$/,
  },
  {
    entity: 'PL_REGON',
    country: 'PL',
    shapes: '999999999 99999999999999',
    check: std('PL', 'regon'),
    words: 'regon|numer regon|nr regon',
    families: ['company'],
  },
  {
    // Ordinance on identity cards: three letters valued 10 to 35 and six digits, weights 7 3 1 9 7 3 1 7 3.
    entity: 'PL_ID_CARD',
    country: 'PL',
    shapes: 'AAA999999',
    check: (compact) => {
      const values = compact.split('').map((sign) => Number.parseInt(sign, 36));
      const weights = [7, 3, 1, 9, 7, 3, 1, 7, 3];
      return values.reduce((sum, value, index) => sum + value * (weights[index] ?? 0), 0) % 10 === 0;
    },
    words: 'dowod osobisty|dowodu osobistego|nr dowodu|dowod|seria i numer|dowodu',
    families: ['id'],
  },
  {
    entity: 'PL_PASSPORT',
    country: 'PL',
    shapes: 'AA9999999',
    words: 'paszport|paszportu|nr paszportu',
    families: ['passport'],
  },
  {
    entity: 'CZ_BIRTH_NUMBER',
    country: 'CZ',
    shapes: '9999999999 999999999',
    check: (compact, written) => hasNationalDate(compact) && std('CZ', 'rc')(compact, written),
    words: 'rodne cislo|rodneho cisla|birth number',
    families: ['id', 'social', 'tax'],
    alone: /^\d{2}[0-35-8]\d[0-3]\d\/\d{4}$/,
  },
  {
    entity: 'CZ_ICO',
    country: 'CZ',
    shapes: '99999999',
    check: std('CZ', 'ico'),
    words: 'ico|identifikacni cislo',
    families: ['company'],
  },
  {
    entity: 'CZ_VAT',
    country: 'CZ',
    shapes: 'cz99999999 cz999999999 cz9999999999',
    check: std('CZ', 'dic'),
    words: 'dic|danove identifikacni',
    families: ['vat', 'tax'],
    alone: /^CZ ?\d{8,10}$/,
  },
  {
    entity: 'SK_BIRTH_NUMBER',
    country: 'SK',
    shapes: '9999999999 999999999',
    check: (compact, written) => hasNationalDate(compact) && std('SK', 'rc')(compact, written),
    words: 'rodne cislo|rodneho cisla|birth number',
    families: ['id', 'social'],
  },
  {
    entity: 'SK_VAT',
    country: 'SK',
    shapes: 'sk9999999999 9999999999',
    check: std('SK', 'dph'),
    words: 'ic dph|dph|dic',
    families: ['vat', 'tax'],
    alone: /^SK ?\d{10}$/,
  },
  {
    // Act XX of 1996: 8, days since 1867, order, check digit with weights 1 to 9 modulo 11.
    entity: 'HU_TAX_ID',
    country: 'HU',
    shapes: '9999999999',
    check: (compact) =>
      compact.startsWith('8') && weighted(compact, [1, 2, 3, 4, 5, 6, 7, 8, 9]) % 11 === Number(compact[9]),
    words: 'adoazonosito|adoazonosito jel|ado azonosito|adojel|adoazonositoja|adoazonosito*',
    families: ['tax'],
  },
  {
    // TAJ: weights 3 and 7 by turns, modulo 10.
    entity: 'HU_TAJ',
    country: 'HU',
    shapes: '999999999',
    check: (compact) => weighted(compact, [3, 7, 3, 7, 3, 7, 3, 7]) % 10 === Number(compact[8]),
    words: 'taj|taj szam|tajszam*|taj szama|tarsadalombiztositas*',
    families: ['social', 'health'],
  },
  {
    // Act XX of 1996: sex and century, birth date, order, weights 1 to 10 modulo 11, from the other end before 1997.
    entity: 'HU_PERSONAL_ID',
    country: 'HU',
    shapes: '99999999999',
    check: (compact) => {
      const up = weighted(compact, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]) % 11;
      const down = weighted(compact, [10, 9, 8, 7, 6, 5, 4, 3, 2, 1]) % 11;
      return hasDate(compact, 3, 5) && /^[1-8]/.test(compact) && [up, down].includes(Number(compact[10]));
    },
    words: 'szemelyi szam|szemelyi azonosito|szemelyi azonosito*|szemelyi szama',
    families: ['id'],
  },
  {
    entity: 'HU_VAT',
    country: 'HU',
    shapes: 'hu99999999 99999999999 99999999',
    check: (compact, written) => {
      const core = compact.replace('HU', '').slice(0, 8);
      return std('HU', 'anum')(core, written);
    },
    words: 'adoszam|adoszam*|kozossegi adoszam|anum',
    families: ['vat', 'tax'],
    alone: /^HU ?\d{8}$|^\d{8}-[1-5]-\d{2}$/,
  },
  {
    entity: 'SI_EMSO',
    country: 'SI',
    shapes: '9999999999999',
    check: std('SI', 'emso'),
    words: 'emso|emsa|maticna stevilka',
    families: ['id', 'social'],
    alone: /^(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])[09]\d{2}50\d{4}$/,
  },
  {
    entity: 'SI_TAX_ID',
    country: 'SI',
    shapes: '99999999 si99999999',
    check: std('SI', 'ddv'),
    words: 'davcna stevilka|davcna|ddv|id za ddv',
    families: ['tax', 'vat'],
    alone: /^SI ?\d{4} ?\d{4}$/,
  },
  {
    entity: 'HR_OIB',
    country: 'HR',
    shapes: '99999999999 hr99999999999',
    check: std('HR', 'oib'),
    words: 'oib|oib broj|osobni identifikacijski|pdv',
    families: ['id', 'tax', 'vat'],
    alone: /^HR ?\d{11}$/,
  },
  {
    entity: 'RO_CNP',
    country: 'RO',
    shapes: '9999999999999',
    check: std('RO', 'cnp'),
    words: 'cnp|cod numeric personal|c n p',
    families: ['id', 'social', 'tax'],
    alone: /^[1-8]\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[0-4]\d|5[12])\d{4}$/,
  },
  {
    entity: 'RO_CUI',
    country: 'RO',
    shapes:
      '999999 9999999 99999999 999999999 9999999999 ro999999 ro9999999 ro99999999 ro999999999 ro9999999999',
    check: (compact, written) => std('RO', 'cui')(compact.replace('RO', ''), written),
    words: 'cui|cif|cod fiscal|cod unic|c u i',
    families: ['vat', 'company'],
    alone: /^RO ?\d{7,10}$/,
  },
  {
    entity: 'BG_EGN',
    country: 'BG',
    shapes: '9999999999',
    check: std('BG', 'egn'),
    words: 'егн|egn|единен граждански',
    families: ['id', 'social', 'tax'],
  },
  {
    entity: 'BG_PNF',
    country: 'BG',
    shapes: '9999999999',
    check: std('BG', 'pnf'),
    words: 'лнч|pnf|lnch|личен номер на',
    families: ['id'],
  },
  {
    entity: 'BG_VAT',
    country: 'BG',
    shapes: '999999999 9999999999 bg999999999 bg9999999999',
    check: std('BG', 'vat'),
    words: 'ддс|еик|eik|булстат|bulstat|ддс номер',
    families: ['vat', 'company'],
    alone: /^BG ?\d{9}$/,
  },
];

/** `YYMMDD`, fifty, twenty or seventy added to the month. */
function hasNationalDate(compact: string): boolean {
  return /^\d{2}(?:[0257][1-9]|[1368][0-2])(?:0[1-9]|[12]\d|3[01])/.test(compact);
}
