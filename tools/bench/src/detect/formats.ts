import type { Place } from './place.js';
import { OWN_NAMES } from './own-names.js';
import type { Random } from './random.js';

/** How people write telephone numbers, by country: `#` is any digit, `N` one from 2 to 9. */
const PHONES: Readonly<Record<string, readonly string[]>> = {
  US: ['(415) N#2-####', '212-N#6-####', '+1 303 N#4 ####', '617.N#3.####', '+1 (206) N#2-####'],
  GB: [
    '020 7946 0###',
    '07400 ######',
    '+44 7400 ######',
    '+44 20 7946 0###',
    '0161 496 0###',
    '(0121) 496 0###',
  ],
  DE: [
    '030 901820##',
    '+49 30 901820-##',
    '0171 N######',
    '0151/2345####',
    '+49 (0)89 45678##',
    '040-3456#-##',
    '+49151N#######',
  ],
  FR: [
    '06 12 ## ## ##',
    '+33 6 12 ## ## ##',
    '01.42.##.##.##',
    '0612######',
    '+33 (0)1 42 ## ## ##',
    '04-91-##-##-##',
  ],
  ES: ['612 ## ## ##', '+34 612 ### ###', '91 5## ## ##', '612######', '+34 93 4## ## ##', '654-###-###'],
  IT: ['347 N######', '+39 347 N######', '02 4567####', '+39 06 4567 ####', '338/N######', '051 234###'],
  NL: [
    '06-12######',
    '+31 6 12######',
    '020-624####',
    '06 12 ## ## ##',
    '+31 (0)20 624 ####',
    '030 231 ####',
  ],
  PL: ['601 ### ###', '+48 601 ### ###', '22 621 ## ##', '601-###-###', '+48 22 621 ## ##', '(12) 421 ## ##'],
};

/** A telephone number that the country's numbering plan has. */
export function phoneOf(country: string, random: Random): string {
  return random
    .pick(PHONES[country] ?? PHONES['US'] ?? [])
    .replaceAll(/[#N]/g, (sign) => (sign === 'N' ? String(random.below(8) + 2) : random.digits(1)));
}

const STATES = ['CA', 'NY', 'TX', 'WA', 'OH', 'IL'] as const;

/** Street, number, postal code and place in the country's order, on one line or two. */
export function addressOf(
  { country, language, faker }: Place,
  city: string,
  random: Random,
  street = random.pick(OWN_NAMES[language].streets),
): string {
  const number = String(random.below(180) + 1);
  const break_ = random.pick([', ', ', ', '\n']);
  const five = `${random.below(8) + 1}${random.digits(4)}`;
  switch (country) {
    case 'US':
      return `${number} ${street}${break_}${city}, ${random.pick(STATES)} ${five}`;
    case 'GB':
      return `${number} ${street}${break_}${city} ${faker.location.zipCode()}`;
    case 'FR':
      return `${number} ${street}${break_}${five} ${city}`;
    case 'NL':
      return `${street} ${number}${break_}${five.slice(0, 4)} ${random.letters(2, 'ABCDEGHJKLMNPRTVWXZ')} ${city}`;
    case 'PL':
      return `${street} ${number}/${random.below(40) + 1}${break_}${five.slice(0, 2)}-${five.slice(2)} ${city}`;
    case 'ES':
    case 'IT':
      return `${street}${country === 'IT' ? '' : ','} ${number}${break_}${five} ${city}`;
    default:
      return `${street} ${number}${random.pick(['', '', 'a'])}${break_}${five} ${city}`;
  }
}
