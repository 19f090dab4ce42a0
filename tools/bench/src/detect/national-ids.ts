import type { Random } from './random.js';

/** Makes one number of a national scheme with the check digits that the scheme asks for. */
export type NationalIdMaker = (random: Random) => string;

const two = (number: number): string => String(number).padStart(2, '0');
const weighted = (digits: string, weights: readonly number[]): number =>
  weights.reduce((sum, weight, at) => sum + weight * Number(digits[at]), 0);

interface Birth {
  readonly year: string;
  readonly month: number;
  readonly day: number;
}
const birth = (random: Random): Birth => ({
  year: two(random.below(50) + 50),
  month: random.below(12) + 1,
  day: random.below(28) + 1,
});

/** Steuer-Identifikationsnummer: ten digits of which exactly one comes twice; ISO 7064 MOD 11,10. */
function deTaxId(random: Random): string {
  const pool = '123456789'.split('');
  const digits: string[] = [];
  while (digits.length < 9) digits.push(pool.splice(random.below(pool.length), 1)[0] ?? '');
  digits.splice(random.below(8) + 1, 0, digits[random.below(9)] ?? '1');
  let product = 10;
  for (const digit of digits) {
    const sum = (Number(digit) + product) % 10 || 10;
    product = (sum * 2) % 11;
  }
  const all = digits.join('') + String((11 - product) % 10);
  return random.pick([all, `${all.slice(0, 2)} ${all.slice(2, 5)} ${all.slice(5, 8)} ${all.slice(8)}`]);
}

/** Versicherungsnummer: area, birthday, letter, serial; weights 2 1 2 5 7 1 2 1 2 1 2 1 over the sums of digits. */
function deSocialSecurity(random: Random): string {
  const { year, month, day } = birth(random);
  const letter = random.letters(1);
  const place = two(letter.charCodeAt(0) - 64);
  const area = random.pick(['12', '15', '44', '65', '53', '38']);
  const digits = `${area}${two(day)}${two(month)}${year}${place}${two(random.below(99) + 1)}`;
  const check = [2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1].reduce((sum, weight, at) => {
    const product = weight * Number(digits[at]);
    return sum + Math.floor(product / 10) + (product % 10);
  }, 0);
  return `${digits.slice(0, 8)}${letter}${digits.slice(10)}${check % 10}`;
}

/** Numéro d'inscription au répertoire: the key is 97 less the number's rest. */
function frNir(random: Random): string {
  const { year, month } = birth(random);
  const place = `${two(random.below(19) + 1)}${String(random.below(400) + 1).padStart(3, '0')}`;
  const number = `${random.below(2) + 1}${year}${two(month)}${place}${String(random.below(999) + 1).padStart(3, '0')}`;
  const key = two(97 - (Number(number) % 97));
  const grouped = `${number[0]} ${number.slice(1, 3)} ${number.slice(3, 5)} ${number.slice(5, 7)} ${number.slice(7, 10)} ${number.slice(10)} ${key}`;
  return random.pick([number + key, grouped]);
}

const SPANISH = 'TRWAGMYFPDXBNJZSQVHLCKE';

/** DNI: the letter is the rest by 23. */
function esNif(random: Random): string {
  const number = String(random.below(90_000_000) + 10_000_000);
  return number + random.pick(['', '-']) + SPANISH[Number(number) % 23];
}

/** NIE: X, Y and Z count as 0, 1 and 2. */
function esNie(random: Random): string {
  const first = random.below(3);
  const number = random.digits(7);
  return `${'XYZ'[first]}${number}${SPANISH[Number(`${first}${number}`) % 23]}`;
}

const ODD: Readonly<Record<string, number>> = Object.fromEntries(
  [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23].map(
    (value, at) => [String.fromCharCode(65 + at), value],
  ),
);

/** Codice fiscale: odd and even places count by tables of their own. */
function itFiscalCode(random: Random): string {
  const { year, month, day } = birth(random);
  const consonants = 'BCDFGLMNPRSTVZ';
  const place = random.pick(['H501', 'F205', 'L219', 'F839', 'A944', 'D612']);
  const code = `${random.letters(6, consonants)}${year}${'ABCDEHLMPRST'[month - 1]}${two(day + 40 * random.below(2))}${place}`;
  let sum = 0;
  for (const [at, character] of code.split('').entries()) {
    const letter = /\d/.test(character) ? String.fromCharCode(65 + Number(character)) : character;
    sum += at % 2 === 0 ? (ODD[letter] ?? 0) : letter.charCodeAt(0) - 65;
  }
  return code + String.fromCharCode(65 + (sum % 26));
}

/** Burgerservicenummer: the eleven-test with the last weight -1. */
function nlBsn(random: Random): string {
  for (;;) {
    const digits = `${random.below(9) + 1}${random.digits(7)}`;
    const check = weighted(digits, [9, 8, 7, 6, 5, 4, 3, 2]) % 11;
    if (check < 10) return digits + String(check);
  }
}

/** PESEL: birthday, serial, weights 1 3 7 9. */
function plPesel(random: Random): string {
  const { year, month, day } = birth(random);
  const digits = `${year}${two(month)}${two(day)}${random.digits(4)}`;
  return digits + String((10 - (weighted(digits, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3]) % 10)) % 10);
}

/** Social security number: it has no check digit, but areas, groups and serials that are never given out. */
const usSsn: NationalIdMaker = (random) =>
  `${random.below(560) + 101}-${two(random.below(98) + 1)}-${String(random.below(9998) + 1).padStart(4, '0')}`;

/** National insurance number: no check digit either, but prefixes that are never given out. */
function ukNino(random: Random): string {
  const prefix = random.pick(['AB', 'CE', 'EH', 'JK', 'LM', 'PX', 'RS', 'WZ']);
  const gap = random.pick(['', ' ']);
  return [prefix, random.digits(2), random.digits(2), random.digits(2), random.pick('ABCD'.split(''))].join(
    gap,
  );
}

/** By the name of the slot that asks for it. */
export const NATIONAL_IDS = {
  DE_TAX_ID: deTaxId,
  DE_SOCIAL_SECURITY: deSocialSecurity,
  FR_NIR: frNir,
  ES_NIF: esNif,
  ES_NIE: esNie,
  IT_FISCAL_CODE: itFiscalCode,
  NL_BSN: nlBsn,
  PL_PESEL: plPesel,
  US_SSN: usSsn,
  UK_NINO: ukNino,
} as const satisfies Readonly<Record<string, NationalIdMaker>>;
