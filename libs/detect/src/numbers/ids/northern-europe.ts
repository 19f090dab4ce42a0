import { std, stdAfter, type IdRule } from '../id-rule.js';

/** Sweden, Norway, Denmark, Finland, Iceland and the Baltic states; sources as in `western-europe.ts`. */
export const NORTHERN_EUROPE: readonly IdRule[] = [
  {
    // Skatteverket SKV 704: birth date, order, Luhn digit; a plus sign for those over a hundred.
    entity: 'SE_PERSONNUMMER',
    country: 'SE',
    shapes: '9999999999 999999999999',
    check: (compact, written) => {
      const short = compact.slice(-10);
      return std('SE', 'personnummer')(`${short.slice(0, 6)}-${short.slice(6)}`, written);
    },
    words: 'personnummer|personnr|pnr|person nr|personal number|samordningsnummer|ssn',
    families: ['id', 'social', 'tax'],
    alone: /^(?:19|20)?\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]|6[1-9]|[78]\d|9[01])-\d{4}$/,
  },
  {
    entity: 'SE_ORGANISATIONSNUMMER',
    country: 'SE',
    shapes: '9999999999',
    check: std('SE', 'orgnr'),
    words: 'organisationsnummer|orgnr|org nr|organisationsnr|org nummer',
    families: ['company'],
  },
  {
    entity: 'SE_VAT',
    country: 'SE',
    shapes: 'se999999999999',
    check: std('SE', 'vat'),
    words: 'moms|momsnr|momsnummer|momsregistreringsnummer|vat',
    families: ['vat'],
    alone: /^SE ?\d{6}-?\d{4} ?01$/,
  },
  {
    // Folkeregisterloven: birth date, order, two check digits.
    entity: 'NO_FODSELSNUMMER',
    country: 'NO',
    shapes: '99999999999',
    check: std('NO', 'fodselsnummer'),
    words: 'fodselsnummer|fodselsnr|fnr|personnummer|d nummer|f nr',
    families: ['id', 'social', 'tax'],
    alone: /^[0-7]\d[01]\d{3} \d{5}$/,
  },
  {
    entity: 'NO_ORGNR',
    country: 'NO',
    shapes: '999999999',
    check: std('NO', 'orgnr'),
    words: 'organisasjonsnummer|orgnr|org nr|foretaksnummer',
    families: ['company'],
  },
  {
    entity: 'NO_VAT',
    country: 'NO',
    shapes: 'no999999999mva 999999999mva',
    check: std('NO', 'mva'),
    words: 'mva|mva nr|merverdiavgift*',
    families: ['vat'],
    alone: /^(?:NO ?)?\d{3} ?\d{3} ?\d{3} ?MVA$/,
  },
  {
    entity: 'NO_BANK_ACCOUNT',
    country: 'NO',
    shapes: '99999999999',
    check: std('NO', 'kontonr'),
    words: 'kontonummer|konto nr|kontonr|bankkonto',
    families: ['account'],
    alone: /^\d{4}\.\d{2}\.\d{5}$/,
  },
  {
    // CPR-kontoret: since 2007 numbers are given without a right check digit too; the date must be one.
    entity: 'DK_CPR',
    country: 'DK',
    shapes: '9999999999',
    check: (compact, written) =>
      /^(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])/.test(compact) && std('DK', 'cpr')(compact, written),
    words: 'cpr|cpr nr|cpr nummer|personnummer|personnr|cprnr',
    families: ['id', 'social', 'tax'],
    alone: /^(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])\d{2}-\d{4}$/,
    lenient: true,
  },
  {
    entity: 'DK_CVR',
    country: 'DK',
    shapes: '99999999 dk99999999',
    check: stdAfter('DK', 'DK', 'cvr'),
    words: 'cvr|cvr nr|cvr nummer|se nr|moms',
    families: ['company', 'vat'],
    alone: /^DK ?\d{2} ?\d{2} ?\d{2} ?\d{2}$/,
  },
  {
    // Digital and Population Data Services Agency: date, century sign, order, check character.
    entity: 'FI_PERSONAL_IDENTITY_CODE',
    country: 'FI',
    shapes: '9999999999 999999999A 999999A999? 999999A9999',
    check: (_, written) => isHetu(written),
    words: 'hetu|henkilotunnus*|henkilotunnuk*|sotu|personbeteckning|personal identity',
    families: ['id', 'social', 'tax'],
    alone: /^[0-3]\d[01]\d{3}[-+A-FU-Y]\d{3}[0-9A-FHJ-NPR-Y]$/i,
  },
  {
    entity: 'FI_BUSINESS_ID',
    country: 'FI',
    shapes: '99999999',
    check: std('FI', 'ytunnus'),
    words: 'y tunnus|ytunnus|fo nummer|business id',
    families: ['company'],
  },
  {
    entity: 'FI_VAT',
    country: 'FI',
    shapes: 'fi99999999',
    check: std('FI', 'alv'),
    words: 'alv|alv nro|arvonlisavero*|vat',
    families: ['vat'],
    alone: /^FI ?\d{8}$/,
  },
  {
    // Registers Iceland: birth date, order, check digit, century.
    entity: 'IS_KENNITALA',
    country: 'IS',
    shapes: '9999999999',
    check: std('IS', 'kennitala'),
    words: 'kennitala|kennitolu|kt',
    families: ['id', 'social', 'tax'],
    alone: /^[0-7]\d[01]\d{3}-\d{4}$/,
  },
  {
    entity: 'IS_VAT',
    country: 'IS',
    shapes: '99999 999999 is99999 is999999',
    words: 'vsk|vsk numer|virdisaukaskattsnumer',
  },
  {
    entity: 'EE_PERSONAL_CODE',
    country: 'EE',
    shapes: '99999999999',
    check: (compact, written) => hasBirthDate(compact) && std('EE', 'ik')(compact, written),
    words: 'isikukood|isikukoodi|personal code|estonian id',
    families: ['id', 'social', 'tax'],
  },
  {
    entity: 'EE_REGISTRY_CODE',
    country: 'EE',
    shapes: '99999999',
    check: std('EE', 'registrikood'),
    words: 'registrikood|registrikoodi|reg kood|registry code',
    families: ['company'],
  },
  {
    entity: 'EE_VAT',
    country: 'EE',
    shapes: 'ee999999999',
    check: std('EE', 'kmkr'),
    words: 'kmkr|kmkr nr|kaibemaks*',
    families: ['vat'],
    alone: /^EE ?\d{9}$/,
  },
  {
    entity: 'LV_PERSONAL_CODE',
    country: 'LV',
    shapes: '99999999999',
    check: std('LV', 'pvn'),
    words: 'personas kods|personas koda|personas kodu|personal code|pvn|pvn nr',
    families: ['id', 'social', 'tax'],
    alone: /^(?:[0-2]\d|3[0-2])[01]\d{3}-\d{5}$/,
  },
  {
    entity: 'LV_VAT',
    country: 'LV',
    shapes: 'lv99999999999',
    check: std('LV', 'pvn'),
    words: 'pvn|pvn nr|vat',
    families: ['vat', 'company'],
    alone: /^LV ?\d{4} ?\d{4} ?\d{3}$/,
  },
  {
    entity: 'LT_PERSONAL_CODE',
    country: 'LT',
    shapes: '99999999999',
    check: (compact, written) => hasBirthDate(compact) && std('LT', 'asmens')(compact, written),
    words: 'asmens kodas|asmens koda|asmens kodo|personal code',
    families: ['id', 'social', 'tax'],
  },
  {
    entity: 'LT_VAT',
    country: 'LT',
    shapes: 'lt999999999 lt999999999999',
    check: std('LT', 'pvm'),
    words: 'pvm|pvm kodas|pvm moketojo|vat',
    families: ['vat'],
    alone: /^LT ?\d{9}(?:\d{3})?$/,
  },
];

/** Signs of a century that came in 2023 and that stdnum does not know yet: as good as the old one of the same century. */
function isHetu(written: string): boolean {
  const old = written
    .toUpperCase()
    .replace(/^(\d{6})[\u2011\u2013U-Y]/, '$1-')
    .replace(/^(\d{6})[B-F]/, '$1A');
  return /^\d{6}[-+A]/.test(old) && std('FI', 'hetu')(old, old);
}

/** Sex and century, then `YYMMDD`. */
function hasBirthDate(compact: string): boolean {
  return /^[1-8]\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])/.test(compact);
}
