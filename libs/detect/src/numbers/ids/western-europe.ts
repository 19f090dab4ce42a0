import { hasDate, hasLuhnDigit, std, stdAfter, weighted, type IdRule } from '../id-rule.js';

/**
 * Germany, Austria, Switzerland, Liechtenstein, France, Belgium, the Netherlands, Luxembourg, Ireland and the United
 * Kingdom. Forms and check digits: the tax authorities' own as the OECD's TIN pages and the European Commission's VIES
 * list them, where no other source is named.
 */
export const WESTERN_EUROPE: readonly IdRule[] = [
  {
    entity: 'DE_TAX_ID',
    country: 'DE',
    shapes: '99999999999',
    check: std('DE', 'idnr'),
    words: 'steuer id|steuer idnr|steuerid*|steuerident*|steuerliche identifikationsnummer|idnr',
    families: ['tax'],
  },
  {
    entity: 'DE_TAX_NUMBER',
    country: 'DE',
    shapes: '9999999999 99999999999 9999999999999',
    words: 'steuernummer|steuernr|st nr|steuer nr',
    score: 0.8,
  },
  {
    // Deutsche Rentenversicherung, VKVV § 2.
    entity: 'DE_SOCIAL_SECURITY',
    country: 'DE',
    shapes: '99999999A999',
    check: std('DE', 'svnr'),
    words: 'sozialversicherung*|rentenversicherung*|versicherungsnummer|sv nummer|svnr|rvnr|sv nr',
    families: ['social'],
    alone: /^\d{2} ?\d{6} ?[A-Z] ?\d{3}$/,
  },
  {
    // GKV-Spitzenverband: a letter counts as two digits, weights 1 and 2, sums of digits, modulo 10.
    entity: 'DE_HEALTH_INSURANCE',
    country: 'DE',
    shapes: 'A999999999',
    check: (compact) => {
      const letter = String(compact.charCodeAt(0) - 64).padStart(2, '0');
      let sum = 0;
      for (const [index, digit] of `${letter}${compact.slice(1, 9)}`.split('').entries()) {
        const product = Number(digit) * (index % 2 === 0 ? 1 : 2);
        sum += product > 9 ? product - 9 : product;
      }
      return sum % 10 === Number(compact[9]);
    },
    words:
      'krankenversicherten*|kvnr|kv nummer|krankenkasse*|versichertennummer|krankenversicherung*|gesundheitskarte',
    families: ['health', 'social'],
  },
  {
    entity: 'DE_PASSPORT',
    country: 'DE',
    shapes: 'A???????9 A????????9',
    form: (compact) => isDocument(compact),
    words: 'reisepass*|passnummer|pass nr',
    families: ['passport'],
  },
  {
    entity: 'DE_ID_CARD',
    country: 'DE',
    shapes: 'A???????? A????????9',
    form: (compact) => isDocument(compact),
    words: 'personalausweis*|ausweisnummer|ausweis nr|ausweis',
  },
  {
    entity: 'DE_VAT',
    country: 'DE',
    shapes: 'de999999999 999999999',
    check: stdAfter('DE', 'DE', 'vat'),
    words: 'ust id|ust idnr|ust|ustid*|umsatzsteuer*|mehrwertsteuer*',
    families: ['vat'],
    alone: /^DE ?\d{3} ?\d{3} ?\d{3}$/,
  },
  {
    entity: 'AT_SOCIAL_SECURITY',
    country: 'AT',
    shapes: '9999999999',
    check: std('AT', 'vnr'),
    words: 'svnr|sozialversicherung*|sv nr|sv nummer|versicherungsnummer|vsnr|e card',
    families: ['social'],
  },
  {
    entity: 'AT_TAX_ID',
    country: 'AT',
    shapes: '999999999',
    check: std('AT', 'tin'),
    words: 'steuernummer|abgabenkontonummer|st nr|steuernr',
    families: ['tax'],
  },
  {
    entity: 'AT_VAT',
    country: 'AT',
    shapes: 'atu99999999 u99999999',
    check: std('AT', 'uid'),
    words: 'uid|uid nr|uid nummer|ust id|umsatzsteuer*',
    families: ['vat'],
    alone: /^ATU ?\d{8}$/,
  },
  {
    // Federal Act on Old-Age Insurance: EAN-13 of 756 and nine digits.
    entity: 'CH_AHV',
    country: 'CH',
    shapes: '9999999999999',
    check: std('CH', 'ssn'),
    words: 'ahv*|ahv nr|avs|no avs|numero avs|oasi|sozialversicherung*|n avs',
    families: ['social'],
    alone: /^756[. ]?\d{4}[. ]?\d{4}[. ]?\d{2}$/,
  },
  {
    entity: 'CH_UID',
    country: 'CH',
    shapes: 'che999999999',
    check: std('CH', 'uid'),
    words: 'uid|ide|idi|unternehmens identifikationsnummer|handelsregister*',
    families: ['company'],
    alone: /^CHE[- ]?\d{3}\.?\d{3}\.?\d{3}$/i,
  },
  {
    entity: 'CH_VAT',
    country: 'CH',
    shapes: 'che999999999mwst che999999999tva che999999999iva che999999999tpv',
    check: std('CH', 'vat'),
    words: 'mwst|mwst nr|tva|iva|mehrwertsteuer*',
    families: ['vat'],
    alone: /^CHE[- ]?\d{3}\.?\d{3}\.?\d{3} ?(?:MWST|TVA|IVA|TPV)$/i,
  },
  {
    entity: 'LI_PEID',
    country: 'LI',
    shapes: '999999999999',
    words: 'peid|personenidentifikationsnummer',
  },
  {
    // INSEE: sex, year, month, department, municipality, order, key (97 minus the rest).
    entity: 'FR_NIR',
    country: 'FR',
    shapes: '999999999999999 999999A99999999',
    check: (compact, written) =>
      /^[12]\d{2}(?:0[1-9]|1[0-2]|[2-4]\d|[5-9]\d)(?:0[1-9]|[1-9]\d|2[AB])/.test(compact) &&
      std('FR', 'nir')(compact, written),
    words: 'nir|insee|securite sociale|numero de secu|num secu|secu|no secu|carte vitale|social security',
    families: ['social', 'id', 'health'],
    alone: /^[12] ?\d{2} ?(?:0[1-9]|1[0-2]) ?[\dAB]{2} ?\d{3} ?\d{3} ?\d{2}$/,
  },
  {
    entity: 'FR_TAX_ID',
    country: 'FR',
    shapes: '9999999999999',
    check: std('FR', 'nif'),
    words: 'spi|numero fiscal|numero fiscal de reference|identifiant fiscal|impots|impot*',
    families: ['tax'],
    alone: /^[0-3]\d \d{2} \d{3} \d{3} \d{3}$/,
  },
  {
    entity: 'FR_SIREN',
    country: 'FR',
    shapes: '999999999',
    check: std('FR', 'siren'),
    words: 'siren|rcs|numero siren',
    families: ['company'],
  },
  {
    entity: 'FR_SIRET',
    country: 'FR',
    shapes: '99999999999999',
    check: std('FR', 'siret'),
    words: 'siret|numero siret',
    families: ['company'],
  },
  {
    entity: 'FR_VAT',
    country: 'FR',
    shapes: 'fr99999999999 fr?9999999999 fr9?999999999 fr??999999999',
    check: stdAfter('FR', 'FR', 'tva'),
    words: 'tva|numero de tva|tva intracommunautaire|n tva',
    families: ['vat'],
    alone: /^FR ?\w{2} ?\d{3} ?\d{3} ?\d{3}$/,
  },
  {
    entity: 'FR_PASSPORT',
    country: 'FR',
    shapes: '99AA99999',
    words: 'numero de passeport|no passeport|passeport',
    families: ['passport'],
  },
  {
    entity: 'FR_ID_CARD',
    country: 'FR',
    shapes: '999999999999 ?????????',
    words: 'cni|carte nationale d|carte d identite|carte nationale|numero cni',
    form: (compact) => /^\d{12}$/.test(compact) || /^(?=.*\d.*\d)[A-Z\d]{9}$/.test(compact),
  },
  {
    entity: 'BE_NATIONAL_NUMBER',
    country: 'BE',
    shapes: '99999999999',
    check: std('BE', 'insz'),
    words:
      'rijksregister*|rijksregisternummer|registre national|numero national|insz|niss|nationaal nummer|nrn|rrn',
    families: ['id', 'social', 'tax'],
    alone: /^\d{2}\.\d{2}\.\d{2}-\d{3}[.-]\d{2}$/,
  },
  {
    entity: 'BE_VAT',
    country: 'BE',
    shapes: 'be9999999999 be999999999 9999999999',
    check: std('BE', 'vat'),
    words: 'btw|btw nr|tva|ondernemingsnummer|numero d entreprise|kbo|bce|ondernemingsnr',
    families: ['vat', 'company'],
    alone: /^BE ?0?\d{3}[. ]?\d{3}[. ]?\d{3}$|^[01]\d{3}\.\d{3}\.\d{3}$/,
  },
  {
    entity: 'NL_BSN',
    country: 'NL',
    shapes: '999999999 99999999',
    check: std('NL', 'bsn'),
    words: 'bsn|bsn nummer|burgerservice*|sofi|sofinummer|sofi nummer|citizen service|burgerservicenr',
    families: ['id', 'social', 'tax'],
  },
  {
    entity: 'NL_VAT',
    country: 'NL',
    shapes: 'nl999999999b99 999999999b99',
    check: std('NL', 'btw'),
    words: 'btw|btw nr|btw nummer|btw id|omzetbelasting*|ob nummer',
    families: ['vat'],
    alone: /^(?:NL ?)?\d{4}\.?\d{2}\.?\d{3}\.?B\d{2}$/,
  },
  {
    entity: 'NL_KVK',
    country: 'NL',
    shapes: '99999999',
    words: 'kvk|kvk nummer|kvk nr|kamer van koophandel|koophandel',
  },
  {
    // Law of 19 June 2013: birth date, order, Luhn digit, Verhoeff digit. The first of the two is looked at.
    entity: 'LU_NATIONAL_ID',
    country: 'LU',
    shapes: '9999999999999',
    check: (compact) =>
      /^(?:18|19|20)/.test(compact) && hasDate(compact, 4, 6) && hasLuhnDigit(compact.slice(0, 12)),
    words: 'matricule|numero d identification|identifikationsnummer|matricule nationale|ccss',
    families: ['id', 'social', 'tax'],
    alone: /^\d{4} ?\d{4} ?\d{5}$/,
  },
  {
    entity: 'LU_VAT',
    country: 'LU',
    shapes: 'lu99999999',
    check: std('LU', 'tva'),
    words: 'tva|numero de tva|mwst',
    families: ['vat'],
    alone: /^LU ?\d{3} ?\d{3} ?\d{2}$/,
  },
  {
    entity: 'IE_PPSN',
    country: 'IE',
    shapes: '9999999A 9999999AA',
    check: std('IE', 'pps'),
    words: 'pps|ppsn|pps no|pps number|ppsn no',
    families: ['social', 'tax', 'id'],
    alone: /^\d{7}[A-W][A-IW]$/,
  },
  {
    entity: 'IE_VAT',
    country: 'IE',
    shapes: 'ie9999999A ie9999999AA ie9A99999A',
    check: std('IE', 'vat'),
    words: 'vat|vat no|vat number|cbl',
    families: ['vat'],
    alone: /^IE ?\d[\dA-Z]\d{5}[A-W][A-I]?$/,
  },
  {
    entity: 'UK_NINO',
    country: 'GB',
    shapes: 'AA999999A AA999999',
    check: std('GB', 'nino'),
    words: 'nino|ni number|ni no|national insurance|nat ins',
    families: ['social'],
    alone: /^[A-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D]$/i,
  },
  {
    // NHS Data Dictionary: weights 10 to 2, modulo 11.
    entity: 'UK_NHS',
    country: 'GB',
    shapes: '9999999999',
    check: (compact) =>
      (weighted(compact, [10, 9, 8, 7, 6, 5, 4, 3, 2]) + Number(compact[9])) % 11 === 0 &&
      !/^0+$/.test(compact),
    words: 'nhs|nhs number|nhs no|national health',
    families: ['health'],
  },
  {
    entity: 'UK_UTR',
    country: 'GB',
    shapes: '9999999999',
    check: std('GB', 'utr'),
    words: 'utr|unique taxpayer|utr number|taxpayer reference',
    families: ['tax'],
  },
  {
    entity: 'UK_VAT',
    country: 'GB',
    shapes: 'gb999999999 gb999999999999 999999999',
    check: std('GB', 'vat'),
    words: 'vat|vat no|vat number|vat reg|vat registration',
    families: ['vat'],
    alone: /^GB ?\d{3} ?\d{4} ?\d{2}(?: ?\d{3})?$/,
  },
  {
    entity: 'UK_PASSPORT',
    country: 'GB',
    shapes: '999999999 AA9999999',
    words: 'uk passport|british passport|gb passport',
    families: ['passport'],
    score: 0.7,
  },
  {
    // DVLA: five of the surname, decade, month (plus 50 for women), day, year, initials, three computed.
    entity: 'UK_DRIVING_LICENCE',
    country: 'GB',
    shapes: '?????999999??9??',
    form: (compact) => /^[A-Z]{1,5}9{0,4}\d[0156]\d[0-3]\d{2}[A-Z9]{2}\d[A-Z]{2}$/.test(compact),
    words: 'dvla|driving licence|licence number|driver number|licence',
    families: ['driving'],
    alone: /^[A-Z]{5}\d[0156]\d[0-3]\d{2}[A-Z9]{2}\d[A-Z]{2}$/,
  },
];

/** Personalausweisverordnung § 4: no vowels, and no letters that look like digits; a check digit may follow. */
function isDocument(compact: string): boolean {
  return (
    /^[CFGHJKLMNPRTVWXYZ](?=.*\d.*\d)[CFGHJKLMNPRTVWXYZ\d]{8}/.test(compact) &&
    (compact.length === 9 || std('DE', 'passport')(compact, compact))
  );
}
