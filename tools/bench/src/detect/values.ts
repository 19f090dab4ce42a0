import { addressOf, phoneOf } from './formats.js';
import { NATIONAL_IDS } from './national-ids.js';
import { NEWCOMERS, OWN_NAMES } from './own-names.js';
import type { Place } from './place.js';
import type { Random } from './random.js';

/** A value for a slot of a template. */
export interface SlotValue {
  readonly kind: string;
  readonly value: string;
}

type Maker = (place: Place, random: Random) => SlotValue;

const as =
  (kind: string, make: (place: Place, random: Random) => string): Maker =>
  (place, random) => ({ kind, value: make(place, random) });

/** Half of the names are not faker's, and every tenth comes from elsewhere. */
function name(part: 'first' | 'last', { faker, language }: Place, random: Random): string {
  const chance = random.below(10);
  if (chance === 0) return random.pick(NEWCOMERS[part]);
  if (chance < 6) return random.pick(OWN_NAMES[language][part]);
  return part === 'first' ? faker.person.firstName() : faker.person.lastName();
}
const first = (place: Place, random: Random): string => name('first', place, random);
const last = (place: Place, random: Random): string => name('last', place, random);

const city = ({ faker, language }: Place, random: Random): string =>
  random.below(2) === 0 ? random.pick(OWN_NAMES[language].cities) : faker.location.city();

const plain = (text: string): string =>
  text
    .normalize('NFKD')
    .replaceAll(/[^A-Za-z]/g, '')
    .toLowerCase();

const DOMAINS = [
  'example.com',
  'nordpost.example',
  'mail.example.org',
  'firma-web.eu',
  'kontor24.net',
] as const;

function email(place: Place, random: Random): string {
  const [one, other] = [plain(first(place, random)) || 'info', plain(last(place, random)) || 'team'];
  const local = random.pick([
    `${one}.${other}`,
    `${one[0]}${other}`,
    `${other}_${random.digits(2)}`,
    `${one}+crm`,
  ]);
  return `${local}@${random.pick(DOMAINS)}`;
}

/** Brand by its first digits and its length; the last digit is Luhn's. */
const CARDS = [
  ['4', 16],
  ['51', 16],
  ['2221', 16],
  ['34', 15],
  ['37', 15],
  ['6011', 16],
  ['3566', 16],
  ['36', 14],
] as const;

export function luhnDigit(digits: string): string {
  let sum = 0;
  for (const [at, digit] of digits.split('').toReversed().entries()) {
    const value = Number(digit) * (at % 2 === 0 ? 2 : 1);
    sum += value > 9 ? value - 9 : value;
  }
  return String((10 - (sum % 10)) % 10);
}

function card(_place: Place, random: Random): string {
  const [prefix, length] = random.pick(CARDS);
  const digits = prefix + random.digits(length - prefix.length - 1);
  const number = digits + luhnDigit(digits);
  const groups =
    length === 16
      ? /^(.{4})(.{4})(.{4})(.{4})$/
      : length === 15
        ? /^(.{4})(.{6})(.{5})()$/
        : /^(.{4})(.{6})(.{4})()$/;
  const separator = random.pick(['', ' ', ' ', '-']);
  return number.replace(groups, ['$1', '$2', '$3', '$4'].join(separator)).replace(/[ -]$/, '');
}

function iban({ faker, country }: Place, random: Random): string {
  // The United States have none; who lives there has an account elsewhere.
  const number = faker.finance.iban({ countryCode: country === 'US' ? 'DE' : country });
  return random.below(2) === 0 ? number : number.replaceAll(/(.{4})(?=.)/g, '$1 ');
}

function date(place: Place, random: Random): string {
  const born = place.faker.date.birthdate({ min: 18, max: 90, mode: 'age', refDate: '2026-01-01T00:00:00Z' });
  const iso = born.toISOString().slice(0, 10);
  const [year = '', month = '', day = ''] = iso.split('-');
  const separator = { en: '/', de: '.', fr: '/', es: '/', it: '/', nl: '-', pl: '.' }[place.language];
  const numeric =
    place.country === 'US' ? [month, day, year].join(separator) : [day, month, year].join(separator);
  const named = `${Number(day)}${place.language === 'de' ? '.' : ''} ${place.faker.date.month({ context: true })} ${year}`;
  return random.pick([iso, numeric, numeric, named]);
}

function ip(place: Place, random: Random): string {
  return random.below(3) === 0 ? place.faker.internet.ipv6() : place.faker.internet.ipv4();
}

function url(place: Place, random: Random): string {
  const person = `${plain(first(place, random))}-${plain(last(place, random))}`;
  return `https://${random.pick(['www.', ''])}${random.pick(DOMAINS)}/${random.pick(['u', 'profile', 'kunden'])}/${person}`;
}

/** What a slot of a template becomes, by the slot's name. */
export const VALUES: Readonly<Record<string, Maker>> = {
  person: as('PERSON', (place, random) => `${first(place, random)} ${last(place, random)}`),
  first: as('PERSON', first),
  last: as('PERSON', last),
  reversed: as('PERSON', (place, random) => `${last(place, random)}, ${first(place, random)}`),
  org: as('ORGANIZATION', ({ faker, language }, random) =>
    random.below(2) === 0 ? random.pick(OWN_NAMES[language].organizations) : faker.company.name(),
  ),
  city: as('LOCATION', city),
  address: as('LOCATION', (place, random) => addressOf(place, city(place, random), random)),
  phone: as('PHONE_NUMBER', ({ country }, random) => phoneOf(country, random)),
  email: as('EMAIL_ADDRESS', email),
  card: as('CREDIT_CARD', card),
  iban: as('IBAN_CODE', iban),
  ip: as('IP_ADDRESS', ip),
  url: as('URL', url),
  dob: as('DATE_OF_BIRTH', date),
  id: ({ ids }, random) => {
    const kind = random.pick(ids);
    return { kind, value: NATIONAL_IDS[kind](random) };
  },
};
