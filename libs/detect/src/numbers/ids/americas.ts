import { hasLuhnDigit, std, weighted, type IdRule } from '../id-rule.js';

/** The United States, Canada, Brazil, Mexico, Argentina and Chile. */
export const AMERICAS: readonly IdRule[] = [
  {
    // Social Security Administration, POMS RM 10201.030: no area 000, 666 or from 900, no group 00, no serial 0000.
    entity: 'US_SSN',
    country: 'US',
    shapes: '999999999',
    check: std('US', 'ssn'),
    words:
      'ssn|ssns|ss no|ss number|social security|social security no|social|socials|social sec|soc sec|numero de seguro social|seguro social',
    families: ['social', 'tax'],
    alone: /^\d{3}-\d{2}-\d{4}$/,
    lenient: true,
  },
  {
    // IRS Publication 1915: 9, and a group of 50–65, 70–88, 90–92 or 94–99.
    entity: 'US_ITIN',
    country: 'US',
    shapes: '999999999',
    form: (compact) => /^9\d{2}(?:5\d|6[0-5]|7\d|8[0-8]|9[0-24-9])/.test(compact),
    words: 'itin|individual taxpayer|taxpayer id|tin|itins',
    families: ['tax'],
    alone: /^9\d{2}-\d{2}-\d{4}$/,
  },
  {
    entity: 'US_EIN',
    country: 'US',
    shapes: '999999999',
    check: std('US', 'ein'),
    words: 'ein|fein|employer identification|employer id|federal tax|federal tax id',
    families: [],
  },
  {
    // Department of State: nine digits, or a letter and eight since 2021.
    entity: 'US_PASSPORT',
    country: 'US',
    shapes: '999999999 A99999999',
    words: 'us passport|passport|passport no|passport number|passport book',
    families: ['passport'],
    score: 0.75,
  },
  {
    // AAMVA: the forms of the states; ten of them are seven to nine digits.
    entity: 'US_DRIVER_LICENSE',
    country: 'US',
    shapes:
      '9999999 99999999 999999999 9999999999 999999999999 A9999999 A99999999 A999999999 A99999999999 A999999999999 ' +
      'A99999999999999 A999999 AA999999 AA9999999 AA999999A 99AAA99999 999AA9999 9999999A A9999999999 A999999A 99999999A',
    words:
      'driver license|drivers license|driver s license|driver s lic|drivers lic|dl|dl number|driver licence|license number|dmv|driving license',
    families: ['driving'],
    score: 0.7,
  },
  {
    entity: 'US_BANK_NUMBER',
    country: 'US',
    shapes:
      '99999999 999999999 9999999999 99999999999 999999999999 9999999999999 99999999999999 999999999999999 9999999999999999 99999999999999999',
    words:
      'bank account|bank acct|checking account|savings account|account number|acct no|acct number|bank account number',
    score: 0.65,
  },
  {
    // American Bankers Association: weights 3 7 1, modulo 10; the first two digits are a Federal Reserve district.
    entity: 'ABA_ROUTING_NUMBER',
    country: 'US',
    shapes: '999999999',
    check: (compact) =>
      /^(?:0\d|1[0-2]|2[1-9]|3[0-2]|6[1-9]|7[0-2]|80)/.test(compact) &&
      weighted(compact, [3, 7, 1, 3, 7, 1, 3, 7, 1]) % 10 === 0,
    words: 'aba|routing|routing number|routing no|rtn|bank routing|transit number|aba number',
  },
  {
    // DEA diversion control: two letters; (1st+3rd+5th) + 2·(2nd+4th+6th) ends in the seventh.
    entity: 'MEDICAL_LICENSE',
    country: 'US',
    shapes: 'AA9999999 A99999999',
    check: (compact) =>
      /^[A-HJ-NP-UX][A-Z9]\d{7}$/.test(compact) &&
      weighted(compact.slice(2), [1, 2, 1, 2, 1, 2]) % 10 === Number(compact[8]),
    words: 'dea|dea no|dea number|medical license|physician license|prescriber',
    alone: /^[ABFGM][A-Z]\d{7}$/,
  },
  {
    // CMS: Luhn over the number after 80840.
    entity: 'US_NPI',
    country: 'US',
    shapes: '9999999999',
    check: (compact) => /^[12]/.test(compact) && hasLuhnDigit(`80840${compact}`),
    words: 'npi|npi number|national provider|provider identifier|npi no',
  },
  {
    // CMS: eleven characters, no S, L, O, I, B, Z.
    entity: 'US_MBI',
    country: 'US',
    shapes: '9A?9A?9AA99',
    form: (compact) =>
      /^[1-9][AC-HJKMNP-RT-Y][\dAC-HJKMNP-RT-Y]\d[AC-HJKMNP-RT-Y][\dAC-HJKMNP-RT-Y]\d[AC-HJKMNP-RT-Y]{2}\d{2}$/.test(
        compact,
      ),
    words: 'mbi|medicare|medicare number|medicare id|medicare beneficiary',
    families: ['health'],
    alone: /^\d[A-Z][A-Z\d]\d-[A-Z][A-Z\d]\d-[A-Z]{2}\d{2}$/,
  },
  {
    entity: 'CA_SIN',
    country: 'CA',
    shapes: '999999999',
    check: std('CA', 'sin'),
    words: 'sin|sin number|social insurance|nas|numero d assurance sociale|assurance sociale',
    families: ['social', 'tax'],
  },
  {
    entity: 'CA_BN',
    country: 'CA',
    shapes: '999999999 999999999rt9999 999999999rc9999 999999999rp9999',
    check: std('CA', 'bn'),
    words: 'bn|business number|gst|hst|gst hst|gst number|numero d entreprise',
    families: ['company'],
    alone: /^\d{9} ?R[TCP] ?\d{4}$/,
  },
  {
    entity: 'CA_HEALTH_NUMBER',
    country: 'CA',
    shapes: '9999999999 9999999999AA',
    check: (compact) =>
      compact.length === 12 || std('CA', 'bc_bhn')(compact, compact) || hasLuhnDigit(compact),
    words: 'phn|health card|ohip|personal health|carecard|health number',
    families: ['health'],
  },
  {
    // Receita Federal: two check digits modulo 11.
    entity: 'BR_CPF',
    country: 'BR',
    shapes: '99999999999',
    check: std('BR', 'cpf'),
    words: 'cpf|cadastro de pessoas|cpf n|contribuinte',
    families: ['id', 'tax'],
    alone: /^\d{3}\.\d{3}\.\d{3}-\d{2}$/,
  },
  {
    entity: 'BR_CNPJ',
    country: 'BR',
    shapes: '99999999999999',
    check: std('BR', 'cnpj'),
    words: 'cnpj|cadastro nacional',
    families: ['company', 'tax'],
    alone: /^\d{2}\.\d{3}\.\d{3}\/\d{4}-\d{2}$/,
  },
  {
    entity: 'MX_CURP',
    country: 'MX',
    shapes: 'AAAA999999AAAAAA?9',
    check: std('MX', 'curp'),
    words: 'curp|clave unica',
    families: ['id'],
    alone: /^[A-Z]{4}\d{6}[HM][A-Z]{5}[A-Z\d]\d$/,
  },
  {
    entity: 'MX_RFC',
    country: 'MX',
    shapes: 'AAAA999999??? AAA999999???',
    check: std('MX', 'rfc'),
    words: 'rfc|registro federal',
    families: ['tax'],
  },
  {
    entity: 'AR_CUIT',
    country: 'AR',
    shapes: '99999999999',
    check: std('AR', 'cuit'),
    words: 'cuit|cuil|clave unica de identificacion',
    families: ['tax'],
    alone: /^(?:20|2[3-7]|30|3[34])-\d{8}-\d$/,
  },
  {
    entity: 'CL_RUN',
    country: 'CL',
    shapes: '99999999 999999999 99999999k 9999999k',
    check: std('CL', 'run'),
    words: 'rut|run|rol unico',
    families: ['id', 'tax'],
    alone: /^\d{1,2}\.\d{3}\.\d{3}-[\dkK]$/,
  },
];
