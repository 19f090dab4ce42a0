import type { Validator } from 'stdnum';
import { lazily } from '../lazily.js';

/** A kind of identity, tax, bank or licence number: how it is written, checked and spoken of. One row of a table. */
export interface IdRule {
  /** Entity kind: Presidio's name where it has one, otherwise country and kind. */
  readonly entity: string;
  /** ISO 3166-1 alpha-2; undefined for what every country has. */
  readonly country?: string;
  /**
   * Forms without separators: `9` for a digit, `A` for a letter, small letters for themselves, `?` for a letter or
   * digit. Several are separated by spaces.
   */
  readonly shapes: string;
  /** What a shape cannot say of its form. */
  readonly form?: Check;
  /** Whether the check digit and the other parts are right. Absent when the number has none. */
  readonly check?: Check;
  /** Words that name it, as `Phrases` has them. */
  readonly words: string;
  /** What wider words it is meant by, when its check digit is right. */
  readonly families?: readonly Family[];
  /** How it must be written to count without a word. Absent when it needs one: its check digit alone says little. */
  readonly alone?: RegExp;
  /** It counts after its words even if it fails its check: the register has numbers without check digits. */
  readonly lenient?: true;
  /** How sure a right form after a right word is, where there is no check digit; 0.75 when absent. */
  readonly score?: number;
}

/** Takes the number without separators in upper case, and as it is written. */
export type Check = (compact: string, written: string) => boolean;

/** Words that speak of numbers of one sort in every country. */
export const FAMILIES = {
  tax:
    'tax id|tax ids|tax number|tax no|tin|taxpayer*|tax identification|tax identifier|tax code|fiscal number|fiscal code|fiscal id|' +
    'numero fiscal|numero fiscale|identifiant fiscal|id fiscal|fiscaal nummer',
  vat: 'vat|vat id|vat no|vat nr|vat number|vat reg|vat registration|vatin|ust id|ust idnr|uid|tva|iva|btw|mwst|partita iva',
  id:
    'national id|national identity|national identification|id number|id no|identity number|identity no|identification number|' +
    'personal id|personal number|personal identification|personal code|citizen id|citizen number|id card|identity card|identity code|' +
    'resident registration|nin|ausweisnummer|personalausweis*|identitatsnummer|carte d identite|piece d identite|identite|' +
    'documento|documento de identidad|identidad|carta d identita|identiteitskaart|identiteitsnummer|dowod osobisty|dowodu osobistego|dowodu',
  social:
    'social security|social insurance|insurance number|insurance no|national insurance|social number|socialnum|' +
    'sozialversicherung*|versicherungsnummer|securite sociale|seguridad social|previdenza sociale|sociale zekerheid|ubezpieczenie spoleczne',
  health:
    'health*|medicare|patient*|krankenkasse*|krankenversicherung*|versichertennummer|mutuelle|carte vitale|tarjeta sanitaria',
  company:
    'company number|company no|company registration|registration number|reg no|business number|business id|company id|' +
    'organisation number|organization number|org number|entity number|company code|registration no|crn',
  passport:
    'passport|passports|passport no|passport number|reisepass|reisepassnummer|passnummer|passeport|pasaporte|passaporto|paspoort|' +
    'paspoortnummer|paszport|paszportu|passaporte|passnr|pasport|utlevel|pasaport',
  driving:
    'driver license|drivers license|driver s license|driver licence|drivers licence|driver s licence|driving licence|driving license|' +
    'license number|licence number|dl|dl no|driver lic|fuhrerschein|fuhrerscheinnummer|permis de conduire|permis|carnet de conducir|' +
    'permiso de conducir|licencia de conducir|patente|patente di guida|rijbewijs|rijbewijsnummer|prawo jazdy|prawa jazdy|korkort|ajokortti',
  account:
    'bank account|account number|acct|acct no|checking account|savings account|bank acct|bankkonto|kontonummer|konto nr|compte bancaire|' +
    'numero de compte|cuenta bancaria|numero de cuenta|conto corrente|numero di conto|bankrekening|rekeningnummer|' +
    'numer konta|numer rachunku|rachunek bankowy',
} as const;
export type Family = keyof typeof FAMILIES;

/** The check of a number by stdnum. A number that it does not know is a wrong row of the tables, and throws when checked. */
export function std(country: string, number: string): Check {
  const validator = lazily<Validator>(`stdnum/lib/cjs/${country.toLowerCase()}/${number}.js`);
  return (compact) => validator().validate(compact).isValid;
}

/** As `std`, of the number as it is written with its country's letters, or without. */
export function stdAfter(prefix: string, country: string, number: string): Check {
  const check = std(country, number);
  return (compact, written) =>
    check(compact.startsWith(prefix) ? compact.slice(prefix.length) : compact, written);
}

/** Sum of digits times weights. */
export const weighted = (digits: string, weights: readonly number[]): number =>
  weights.reduce((sum, weight, index) => sum + weight * (digits.charCodeAt(index) - 48), 0);

/** Luhn's formula (ISO/IEC 7812-1 annex B). */
export function hasLuhnDigit(digits: string): boolean {
  let sum = 0;
  for (let index = 0; index < digits.length; index++) {
    const digit = digits.charCodeAt(digits.length - 1 - index) - 48;
    sum += index % 2 === 0 ? digit : digit > 4 ? digit * 2 - 9 : digit * 2;
  }
  return sum % 10 === 0;
}

/** Whether `YYMMDD` at a position can be a date. */
export function hasDate(digits: string, month: number, day: number): boolean {
  const m = Number(digits.slice(month, month + 2));
  const d = Number(digits.slice(day, day + 2));
  return m >= 1 && m <= 12 && d >= 1 && d <= 31;
}
