import type { CountryCode } from 'libphonenumber-js';
import { lazily } from '../lazily.js';
import type { Reading } from '../reading.js';
import type { Evidence, Finding, Recogniser, Scope } from '../recogniser.js';
import { CONTEXT, contextAround, contextBefore, speaksOfSomethingElse } from './context.js';
import { countriesFor } from './phone-plans.js';

const library = lazily<typeof import('libphonenumber-js')>('libphonenumber-js');

CONTEXT.add(
  'tel|kom|cel|mob|nr tel|tel no|tel nr|phone|phones|phone no|phone number|telephone|telephone number|mobile|mobil|mobilnummer|cell|cellphone|cell phone|reach*|' +
    'fax|faxnummer|telefax|handy|handynummer|rufnummer|ruckruf|telefon*|telefoon*|telefax*|whatsapp|sms|ring|call|called|calling|dial|dialed|' +
    'call back|back at|back on|reach me|reach him|reach her|reach us|text me|callback|hotline|voicemail|landline|rispond*|rappel*|appel*|joign*|chiam*|richiam*|llam*|erreich*|anruf*|ruckruf*|zuruckruf*|rufen|ruf|terugbellen|bereikbaar|dzwon*|oddzwon*|zadzwon*|kontakt|home phone|work phone|contact number|' +
    'contact no|erreichbar|erreichen|anrufen|anruf|durchwahl|festnetz|portable|joindre|joignable|appeler|appelez|rappeler|gsm|' +
    'pod numerem|pod nr|esta en el|al numero|au numero|unter der nummer|unter nummer|op nummer|number is|nummer ist|numero es|numero e|numer to|' +
    'movil|telefono|telefonos|tfno|tlf|llamar|llame|llamame|llamada|celular|chiamare|chiama|chiamami|cellulare|cell|recapito|bellen|bel|mobiel|mobieltje|' +
    'toestel|komorka|komorkowy|komorki|dzwonic|zadzwon*|telefonu|viber|telegram|telemovel|numero de telephone|電話|携帯|전화|휴대폰',
  'PHONE_NUMBER',
);

const SPACE = String.raw`[ \u00A0\u202F]`;
const MARK = String.raw`[()./\u2010-\u2013-]`;
/** Groups of digits as people write them; nothing that continues a word, a number or an amount. */
const CANDIDATE = new RegExp(
  String.raw`(?=[+(\d])(?<![\p{L}\p{N}_,@-]|[\p{N}_]\.)(?:\(?\+${SPACE}?|\()?\d{1,15}` +
    String.raw`(?:(?:${SPACE}?${MARK}{1,2}${SPACE}?|${SPACE})\d{1,15}){0,12}(?!(?!x\d)[\p{L}\p{N}_@])`,
  'gu',
);
/** What may stand between the digits of a candidate, and before them. */
const BETWEEN_DIGITS = new Set(
  ' \u00A0\u202F()./\u2010\u2011\u2012\u2013-+'.split('').map((sign) => sign.charCodeAt(0)),
);
/** What follows a number and is dialled after it. */
const EXTENSION =
  /[ \u00A0]?,?[ \u00A0]?(?:x|ext\.?|extn\.?|extension|durchwahl|dw\.?|poste|interno|int\.|toestel|wew\.?|#)[ \u00A0]?\d{1,6}(?!\d)/iy;
const DATE_OR_ADDRESS =
  /^(?:\d{4}([-./])\d{1,2}\1\d{1,2}|\d{1,2}([-./])\d{1,2}\2(?:\d{2}|\d{4})|\d{1,3}(?:\.\d{1,3}){3})(?:$|[ \u00A0])/;
/** 1.234.567 or 1 234 567: thousands. */
const AMOUNT = /^\d{1,3}(?:([. ])\d{3})(?:\1\d{3})*$/;
/** `06 12 34 56 78 / 01 42 38 18 56` are two; `030 / 901820` is one. */
const BETWEEN_TWO = /(?<=\d[ .()/\d-]{8,24}) \/ (?=[+\d(])/;
const NORTH_AMERICAN = /^(?:1[ .-])?(?:\([2-9]\d{2}\) ?|[2-9]\d{2}[ .-])[2-9]\d{2}[ .-]\d{4}$/;

/** France, Spain, Poland and mobile phones of Italy: groups that little else has. */
const GROUPED =
  /^(?:0[1-9](?:([ .-])\d{2})(?:\1\d{2}){3}|[67]\d{2}([ .])\d{2}\2\d{2}\2\d{2}|\(?[1-9]\d\)? ?\d{3} \d{2} \d{2}|3[2-9]\d[ /]\d{6,7}|(?:6\d|4[5]|5[0137]|7[1-489]|88)\d(?:-\d{3}-\d{3}| \d{3} \d{3}))$/;

/** Seconds or milliseconds since 1970, of this time. */
const UNIX_TIME = /^1[67]\d{8}(?:\d{3})?$/;

/** Steps of a version: `10.6.16.1914`. */
const DOTTED = /^\d\.|\.\d(?:\.|$)/;

/** ITU-T E.164: at most 15 digits; shorter than 7 is a short code. */
const DIGITS = { least: 7, most: 17 } as const;
/** How many groups after a number may belong to what follows it, as in `030 901820 24.11.`. */
const FOREIGN_MOST = 3;
/** A word this near announces the number, whatever it looks like. */
const LABEL_MOST = 3;

/** What is known of a number before it is judged. */
interface Written {
  readonly text: string;
  readonly digits: string;
  readonly groups: number;
  /** Nothing was cut off its end, and no number stands before it. */
  readonly whole: boolean;
  /** Another number, or letters and digits, stand right before it. */
  readonly follows: boolean;
  /** Distance of the word that announces it. */
  readonly label: number | undefined;
  /** Nothing but words stands between the two. */
  readonly tied: boolean;
  /** The words before it announce an order or a part. */
  readonly elsewhere: boolean;
  readonly countries: readonly CountryCode[] | null;
}

/** Phone numbers that libphonenumber holds valid, international or in a national form. */
export const phoneNumber: Recogniser = {
  name: 'phone-number',
  entities: [{ name: 'PHONE_NUMBER' }],
  find(reading, scope): Iterable<Finding> {
    const findings: Finding[] = [];
    if (!/\d{2}/.test(reading.text)) return findings;
    const countries = countriesOf(scope);
    const doubtful: { readonly from: number; readonly one: string }[] = [];
    for (const { index, 0: groups } of candidatesOf(reading.text)) {
      if (groups.length < DIGITS.least) continue;
      let from = index;
      for (const one of groups.includes(' / ') ? groups.split(BETWEEN_TWO) : [groups]) {
        const finding = one.length < DIGITS.least ? undefined : findingAt(reading, from, one, countries);
        if (finding) findings.push(finding);
        else doubtful.push({ from, one });
        from += one.length + 3;
      }
    }
    if (findings.length === 0) return findings;
    const bounds = new Set(findings.flatMap(({ start, end }) => [start, end]));
    for (const { from, one } of doubtful) {
      if (!isBeside(reading.text, from, from + one.length, bounds)) continue;
      const finding = findingAt(reading, from, one, countries, true);
      if (finding) findings.push(finding);
    }
    return findings;
  },
};

/** What is written as a phone number is. */
function* candidatesOf(text: string): Iterable<RegExpExecArray> {
  for (let from = digitsFrom(text, 0); from < text.length;) {
    CANDIDATE.lastIndex = from;
    const candidate = CANDIDATE.exec(text);
    if (!candidate) return;
    yield candidate;
    from = digitsFrom(text, candidate.index + candidate[0].length);
  }
}

/** Where, from a position on, so many digits stand together as a number has; most numbers of a text are shorter. */
function digitsFrom(text: string, from: number): number {
  let start = from;
  let digits = 0;
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (isDigit(code)) {
      if (++digits === DIGITS.least) return start;
    } else if (!BETWEEN_DIGITS.has(code)) {
      start = at + 1;
      digits = 0;
    }
  }
  return text.length;
}

/** `612 840 174 / +34 93 474 61 52`: what stands in a list with a phone number is one. */
function isBeside(text: string, start: number, end: number, bounds: ReadonlySet<number>): boolean {
  for (let gap = 1; gap <= LIST_GAP_MOST; gap++) {
    if (bounds.has(end + gap) && LIST_GAP.test(text.slice(end, end + gap))) return true;
    if (bounds.has(start - gap) && LIST_GAP.test(text.slice(start - gap, start))) return true;
  }
  return false;
}

const LIST_GAP_MOST = 3;
const LIST_GAP = /^ ?[/,;|&] ?$/;

const supported = new WeakMap<ReadonlySet<string>, readonly CountryCode[]>();

function countriesOf({ countries }: Scope): readonly CountryCode[] | null {
  if (countries === null) return null;
  const known =
    supported.get(countries) ??
    [...countries].filter((country): country is CountryCode => library().isSupportedCountry(country));
  supported.set(countries, known);
  return known;
}

function findingAt(
  reading: Reading,
  start: number,
  candidate: string,
  countries: readonly CountryCode[] | null,
  isListed = false,
): Finding | undefined {
  if (digitsFrom(candidate, 0) === candidate.length) return undefined;
  const ends = groupEnds(candidate);
  const { text } = reading;
  const before = contextBefore(reading, start);
  const numberBefore = /[\p{L}\d]\d[ \u00A0]$/u.test(text.slice(Math.max(0, start - 3), start));
  for (let last = ends.length - 1; last >= Math.max(0, ends.length - 1 - FOREIGN_MOST); last--) {
    const cut = ends[last] ?? 0;
    const isCut = last < ends.length - 1;
    // What is cut off must be a number of its own: 300.300.300.300 holds no 300.300.300.
    if (isCut && !/^[ \u00A0(]/.test(candidate.slice(cut))) continue;
    const written = candidate.slice(0, cut);
    const context = isCut ? before : contextAround(reading, before, start + cut);
    const label = isListed ? 1 : context.distances.get('PHONE_NUMBER');
    const sure = scoreOf({
      text: written,
      digits: written.replaceAll(/\D/g, ''),
      groups: last + 1,
      whole: !isCut && !numberBefore,
      follows: numberBefore,
      label,
      tied: context.ties.get('PHONE_NUMBER') === 'clause',
      elsewhere: speaksOfSomethingElse(context, label),
      countries,
    });
    if (!sure) continue;
    EXTENSION.lastIndex = start + cut;
    const extension = EXTENSION.exec(text)?.[0].length ?? 0;
    return { start, end: start + cut + extension, entity: 'PHONE_NUMBER', ...sure };
  }
  return undefined;
}

/** Where each group of digits ends. */
function groupEnds(candidate: string): readonly number[] {
  const ends: number[] = [];
  for (let at = 0; at < candidate.length; at++)
    if (isDigit(candidate.charCodeAt(at)) && !isDigit(candidate.charCodeAt(at + 1))) ends.push(at + 1);
  return ends;
}

const isDigit = (code: number): boolean => code >= 48 && code <= 57;

/** How sure it is that so many groups of digits are a phone number, and why; undefined when they are none. */
function scoreOf(written: Written): { score: number; evidence: readonly Evidence[] } | undefined {
  const { text, digits, groups, label, elsewhere } = written;
  if (digits.length < DIGITS.least || digits.length > DIGITS.most) return undefined;
  // Groups of one digit are a list or a table, not a number that somebody dictated.
  if (digits.length < groups * 1.5 || DATE_OR_ADDRESS.test(text) || DOTTED.test(text)) return undefined;
  const isLabelled = label !== undefined && !elsewhere;
  const isAnnounced =
    isLabelled &&
    (groups > 1 ||
      digits.startsWith('0') ||
      label <= LABEL_MOST ||
      (written.tied && !UNIX_TIME.test(digits)));
  const valid: readonly Evidence[] = isLabelled ? ['check-digit', 'context'] : ['check-digit'];
  const international = internationalOf(text, digits);
  if (international !== undefined) {
    const number = library().parsePhoneNumberFromString(international);
    const isPlus = text.includes('+');
    if (number?.isValid())
      return {
        score: isPlus ? 0.95 : isLabelled ? 0.9 : elsewhere || groups === 1 ? 0.45 : 0.75,
        evidence: valid,
      };
    if (isPlus && groups > 1 && number?.isPossible() && !elsewhere)
      return { score: 0.6, evidence: ['pattern'] };
  } else if (isAnnounced || (!elsewhere && mayStandAlone(written))) {
    if (countriesFor(digits, written.countries).some((country) => isNational(written, country)))
      return {
        score: isLabelled ? 0.85 : NORTH_AMERICAN.test(text) ? 0.75 : written.countries ? 0.7 : 0.65,
        evidence: valid,
      };
  }
  if (isLabelled && label <= LABEL_MOST && written.whole && digits.length <= 15 && !AMOUNT.test(text))
    return { score: 0.55, evidence: ['pattern', 'context'] };
  return undefined;
}

/** The number with a plus sign, when it is written with one or with the 00 that stands for it. */
function internationalOf(text: string, digits: string): string | undefined {
  if (text.includes('+')) return `+${text.replace('(0)', '').replaceAll(/\D/g, '')}`;
  return digits.startsWith('00') && digits.length >= 11 ? `+${digits.slice(2)}` : undefined;
}

/** Whether a national number is written in a way that no word need announce it. */
function mayStandAlone({ text, digits, groups, whole, follows, countries }: Written): boolean {
  if (follows) return false;
  if (countries !== null) return digits.startsWith('0') || (groups > 1 && whole && !AMOUNT.test(text));
  if (NORTH_AMERICAN.test(text)) return whole;
  if (GROUPED.test(text)) return true;
  const least = text.includes('-') ? 10 : 9;
  return (
    groups > 1 && groups <= 5 && digits.length >= least && /^\(?0[1-9]/.test(text) && !text.includes('.')
  );
}

/** Valid in the country and written as there, with its trunk prefix; a word that announces a number makes up for it. */
function isNational({ text, digits, label }: Written, country: CountryCode): boolean {
  const number = library().parsePhoneNumberFromString(digits, { defaultCountry: country, extract: false });
  if (!number?.isValid()) return false;
  if (label !== undefined || (country === 'US' && NORTH_AMERICAN.test(text))) return true;
  return number.formatNational().replaceAll(/\D/g, '') === digits;
}
