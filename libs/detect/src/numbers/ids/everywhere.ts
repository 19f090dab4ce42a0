import { hasLuhnDigit, type IdRule } from '../id-rule.js';

/** Numbers of vehicles and devices, and documents whose country nothing tells. */
export const EVERYWHERE: readonly IdRule[] = [
  {
    // ISO 3779; 49 CFR 565.15 for the check digit, which North America and China require.
    entity: 'VEHICLE_ID',
    shapes: '?????????????????',
    form: (compact) => /[A-Z]/.test(compact),
    check: hasVinDigit,
    words:
      'vin|vin number|chassis|chassis no|fahrgestellnummer|fin|fahrzeug ident*|fahrzeugidentifizierungsnummer|numero de chassis|telaio|bastidor|chassisnummer|vehicle identification|nr vin',
    alone: /^(?=(?:.*\d){5})(?=(?:.*[A-Z]){3})[A-HJ-NPR-Z\d]{17}$/,
    lenient: true,
  },
  {
    // 3GPP TS 23.003: fourteen digits and a Luhn digit.
    entity: 'IMEI',
    shapes: '999999999999999',
    check: (compact) => hasLuhnDigit(compact),
    words: 'imei|imei number|imei no|device id',
  },
  {
    // ICAO Doc 9303: at most nine characters.
    entity: 'PASSPORT_NUMBER',
    shapes: '?????? ??????? ???????? ?????????',
    form: (compact) => /^(?=(?:.*\d){4})[A-Z]{0,3}\d[A-Z\d]+$/.test(compact),
    words: 'passport no|passport number|reisepass*|passnummer',
    families: ['passport'],
    score: 0.6,
  },
  {
    entity: 'DRIVER_LICENSE',
    shapes:
      '??????? ???????? ????????? ?????????? ??????????? ???????????? ????????????? ?????????????? ??????????????? ????????????????',
    form: (compact) => /^(?=(?:.*\d){4})[A-Z\d]+$/.test(compact),
    words:
      'fuhrerschein*|fuhrerscheinnummer|permis de conduire|permiso de conducir|carnet de conducir|patente di guida|rijbewijs*|prawo jazdy|prawa jazdy',
    families: ['driving'],
    score: 0.6,
  },
];

const VIN_WEIGHTS = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];
const VIN_VALUES = '0123456789.ABCDEFGH..JKLMN.P.R..STUVWXYZ';

function hasVinDigit(compact: string): boolean {
  let sum = 0;
  for (const [index, sign] of compact.split('').entries()) {
    const value = VIN_VALUES.indexOf(sign);
    if (value < 0 || 'IOQ'.includes(sign)) return false;
    sum += (value % 10) * (VIN_WEIGHTS[index] ?? 0);
  }
  const digit = sum % 11;
  return compact[8] === (digit === 10 ? 'X' : String(digit));
}
