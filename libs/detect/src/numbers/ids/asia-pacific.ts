import { hasDate, std, weighted, type IdRule } from '../id-rule.js';

/** India, Singapore, Japan, Korea, Thailand, China, Hong Kong, Taiwan, Israel, Turkey, Australia, New Zealand and South Africa. */
export const ASIA_PACIFIC: readonly IdRule[] = [
  {
    // Income Tax Department: the fourth letter is the kind of holder.
    entity: 'IN_PAN',
    country: 'IN',
    shapes: 'AAAAA9999A',
    form: (compact) => /^[A-Z]{3}[ABCFGHJLPT][A-Z](?!0000)\d{4}[A-Z]$/.test(compact),
    words: 'pan|pan card|pan no|pan number|permanent account',
    families: ['tax', 'id'],
    alone: /^[A-Z]{3}[ABCFGHJLPT][A-Z]\d{4}[A-Z]$/,
  },
  {
    // UIDAI: Verhoeff, no 0 or 1 first.
    entity: 'IN_AADHAAR',
    country: 'IN',
    shapes: '999999999999',
    check: std('IN', 'aadhaar'),
    words: 'aadhaar|aadhar|adhaar|uidai|aadhaar no|uid|आधार',
    families: ['id'],
  },
  {
    entity: 'IN_VOTER',
    country: 'IN',
    shapes: 'AAA9999999',
    check: std('IN', 'epic'),
    words: 'voter|voter id|epic|election card|elector*',
    families: ['id'],
  },
  {
    entity: 'IN_GSTIN',
    country: 'IN',
    shapes: '99AAAAA9999A?z?',
    check: std('IN', 'gstin'),
    words: 'gst|gstin|gst no|gst number',
    families: ['tax', 'vat'],
    alone: /^[0-3]\d[A-Z]{5}\d{4}[A-Z][1-9A-Z]Z[\dA-Z]$/,
  },
  {
    entity: 'IN_PASSPORT',
    country: 'IN',
    shapes: 'A9999999',
    form: (compact) => /^[A-PR-WY][1-9]\d{5}[1-9]$/.test(compact),
    words: 'indian passport|passport|passport no|passport number',
    families: ['passport'],
  },
  {
    // Ministry of Road Transport: state, district, series, number.
    entity: 'IN_VEHICLE_REGISTRATION',
    country: 'IN',
    shapes: 'AA99A9999 AA99AA9999 AA9A9999 AA9AA9999 99bh9999A 99bh9999AA',
    form: (compact) =>
      /^(?:A[NPRS]|BR|C[GH]|D[DLN]|G[AJ]|H[PR]|J[HK]|K[AL]|L[AD]|M[HLNPZ]|NL|OD|OR|P[BY]|RJ|SK|T[NRS]|U[KP]|WB|\d\dBH)/.test(
        compact,
      ),
    words: 'vehicle|vehicle no|vehicle number|rto|registration|car number|bike|car|plate|number plate',
    alone: /^[A-Z]{2}[ -]?\d{2}[ -]?[A-Z]{2}[ -]\d{4}$/,
  },
  {
    // Immigration & Checkpoints Authority: weights 2 7 6 5 4 3 2, a table of letters for each series.
    entity: 'SG_NRIC_FIN',
    country: 'SG',
    shapes: 'A9999999A',
    check: isNric,
    words: 'nric|fin|nric no|fin no|singpass|nric fin|ic no|ic number|identity card',
    families: ['id', 'tax'],
    alone: /^[STFGM]\d{7}[A-Z]$/,
  },
  {
    entity: 'SG_UEN',
    country: 'SG',
    shapes: '99999999A 999999999A A99AA9999A',
    check: std('SG', 'uen'),
    words: 'uen|unique entity|gst reg|acra',
    families: ['company', 'vat', 'tax'],
    alone: /^[TSR]\d{2}[A-Z]{2}\d{4}[A-Z]$|^(?:19|20)\d{7}[A-Z]$/,
  },
  {
    // Ordinance 85 of 2014: modulo 11.
    entity: 'JP_MY_NUMBER',
    country: 'JP',
    shapes: '999999999999',
    check: (compact) => {
      const rest = weighted(compact, [6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11;
      return (rest <= 1 ? 0 : 11 - rest) === Number(compact[11]);
    },
    words: 'my number|individual number|マイナンバー|個人番号',
    families: ['id', 'tax'],
  },
  {
    entity: 'JP_CORPORATE_NUMBER',
    country: 'JP',
    shapes: '9999999999999',
    check: std('JP', 'cn'),
    words: 'corporate number|法人番号|houjin bangou',
    families: ['company', 'tax'],
    alone: /^\d-\d{4}-\d{4}-\d{4}$/,
  },
  {
    // Since October 2020 the last six digits are drawn by chance, so the date must do.
    entity: 'KR_RRN',
    country: 'KR',
    shapes: '9999999999999',
    check: (compact, written) =>
      hasDate(compact, 2, 4) && /^\d{6}[0-49]/.test(compact) && std('KR', 'rrn')(compact, written),
    words: 'rrn|resident registration|주민등록번호|주민번호',
    families: ['id', 'social'],
    alone: /^\d{6}-[0-49]\d{6}$/,
    lenient: true,
  },
  {
    entity: 'KR_FRN',
    country: 'KR',
    shapes: '9999999999999',
    check: (compact) => {
      const sum = weighted(compact, [2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]);
      return (
        hasDate(compact, 2, 4) &&
        /^\d{6}[5-8]/.test(compact) &&
        (13 - (sum % 11)) % 10 === Number(compact[12])
      );
    },
    words: 'frn|foreigner registration|alien registration|외국인등록번호',
    families: ['id'],
    alone: /^\d{6}-[5-8]\d{6}$/,
    lenient: true,
  },
  {
    entity: 'KR_BRN',
    country: 'KR',
    shapes: '9999999999',
    check: std('KR', 'brn'),
    words: 'brn|business registration|사업자등록번호|사업자번호',
    families: ['company', 'tax'],
  },
  {
    entity: 'KR_PASSPORT',
    country: 'KR',
    shapes: 'A99999999 A999A9999',
    form: (compact) => /^[MSRODG]/.test(compact),
    words: 'korean passport|여권|여권번호',
    families: ['passport'],
  },
  {
    entity: 'KR_DRIVER_LICENSE',
    country: 'KR',
    shapes: '999999999999',
    form: (compact) => /^(?:1[1-9]|2[0-68])/.test(compact),
    words: '운전면허|운전면허번호|korean driver',
    families: ['driving'],
  },
  {
    entity: 'TH_TNIN',
    country: 'TH',
    shapes: '9999999999999',
    check: std('TH', 'idnr'),
    words: 'thai id|tnin|thai national id|เลขประจำตัวประชาชน|บัตรประชาชน',
    families: ['id', 'tax'],
    alone: /^\d-\d{4}-\d{5}-\d{2}-\d$/,
  },
  {
    entity: 'CN_RESIDENT_ID',
    country: 'CN',
    shapes: '999999999999999999 99999999999999999x',
    check: std('CN', 'ric'),
    words: '身份证|身份证号|resident identity|chinese id',
    families: ['id'],
    alone: /^[1-8]\d{5}(?:19|20)\d{9}[\dXx]$/,
  },
  {
    entity: 'HK_ID_CARD',
    country: 'HK',
    shapes: 'A9999999 A999999a',
    check: std('HK', 'hkid'),
    words: 'hkid|hong kong id|香港身份證',
    families: ['id'],
    alone: /^[A-Z]\d{6}\([\dA]\)$/,
  },
  {
    entity: 'TW_NATIONAL_ID',
    country: 'TW',
    shapes: 'A999999999',
    check: (compact, written) => /^[A-Z][1289]/.test(compact) && std('TW', 'natid')(compact, written),
    words: 'taiwan id|身分證|身分證字號',
    families: ['id'],
  },
  {
    entity: 'IL_ID',
    country: 'IL',
    shapes: '999999999',
    check: std('IL', 'idnr'),
    words: 'teudat zehut|תעודת זהות|ת ז|israeli id',
    families: ['id'],
  },
  {
    entity: 'TR_NATIONAL_ID',
    country: 'TR',
    shapes: '99999999999',
    check: std('TR', 'tckimlik'),
    words: 'tckn|tc kimlik|kimlik no|kimlik numarasi|tc no|t c kimlik',
    families: ['id', 'tax'],
  },
  {
    entity: 'AU_ABN',
    country: 'AU',
    shapes: '99999999999',
    check: std('AU', 'abn'),
    words: 'abn|australian business|business number',
    families: ['company', 'tax'],
    alone: /^\d{2} \d{3} \d{3} \d{3}$/,
  },
  {
    entity: 'AU_ACN',
    country: 'AU',
    shapes: '999999999',
    check: std('AU', 'acn'),
    words: 'acn|australian company|company number',
    families: ['company'],
  },
  {
    entity: 'AU_TFN',
    country: 'AU',
    shapes: '999999999 99999999',
    check: std('AU', 'tfn'),
    words: 'tfn|tax file|tax file number',
    families: ['tax'],
  },
  {
    // Services Australia: weights 1 3 7 9, modulo 10; 2 to 6 first.
    entity: 'AU_MEDICARE',
    country: 'AU',
    shapes: '9999999999 99999999999',
    check: (compact) =>
      /^[2-6]/.test(compact) && weighted(compact, [1, 3, 7, 9, 1, 3, 7, 9]) % 10 === Number(compact[8]),
    words: 'medicare|medicare card|medicare no|medicare number',
    families: ['health'],
  },
  {
    entity: 'NZ_IRD',
    country: 'NZ',
    shapes: '99999999 999999999',
    check: std('NZ', 'ird'),
    words: 'ird|ird number|inland revenue',
    families: ['tax'],
  },
  {
    entity: 'ZA_ID',
    country: 'ZA',
    shapes: '9999999999999',
    check: (compact, written) => hasDate(compact, 2, 4) && std('ZA', 'idnr')(compact, written),
    words: 'south african id|sa id|rsa id',
    families: ['id'],
  },
];

const FIRST_SERIES = 'JZIHGFEDCBA';
const FOREIGNERS = 'XWUTRQPNMLK';
/** Since 2022. */
const M_SERIES = 'KLJNPQRTUWX';

function isNric(compact: string): boolean {
  const series = compact[0] ?? '';
  const sum = weighted(compact.slice(1, 8), [2, 7, 6, 5, 4, 3, 2]);
  if (series === 'S' || series === 'T')
    return FIRST_SERIES[(sum + (series === 'T' ? 4 : 0)) % 11] === compact[8];
  if (series === 'F' || series === 'G')
    return FOREIGNERS[(sum + (series === 'G' ? 4 : 0)) % 11] === compact[8];
  return series === 'M' && M_SERIES[10 - ((sum + 3) % 11)] === compact[8];
}
