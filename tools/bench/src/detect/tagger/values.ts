import { allFakers, type Faker } from '@faker-js/faker';
import type { Random } from '../random.js';
import type { Language } from '../sample.js';
import { addressOf } from '../formats.js';
import { PLACES } from '../place.js';
import { KNOWN_ORGANIZATIONS, OTHER_WORDS } from './words.js';

const LOCALES: Readonly<Record<Language, readonly (keyof typeof allFakers)[]>> = {
  en: ['en_US', 'en_GB', 'en_AU', 'en_IE', 'en_CA'],
  de: ['de', 'de_AT', 'de_CH'],
  fr: ['fr', 'fr_BE', 'fr_CH'],
  es: ['es', 'es_MX'],
  it: ['it'],
  nl: ['nl', 'nl_BE'],
  pl: ['pl'],
};
/** People of everywhere live and work everywhere. */
const ELSEWHERE: readonly (keyof typeof allFakers)[] = [
  'sv',
  'da',
  'nb_NO',
  'fi',
  'pt_BR',
  'pt_PT',
  'ro',
  'hu',
  'tr',
  'hr',
  'cs_CZ',
  'id_ID',
  'vi',
  'en_IN',
  'en_NG',
  'af_ZA',
];

/** Towns of every part of the world, by the names of time zones (IANA), which any runtime knows. */
const TOWNS = Intl.supportedValuesOf('timeZone')
  .map((zone) => zone.split('/').at(-1)?.replaceAll('_', ' ') ?? '')
  .filter((town) => /^[A-Z][a-z]+(?: [A-Z][a-z]+)*$/.test(town));

const COUNTRIES = new Map<Language, readonly string[]>();
function countriesIn(language: Language): readonly string[] {
  const known = COUNTRIES.get(language);
  if (known) return known;
  const names = new Intl.DisplayNames([language], { type: 'region' });
  const codes =
    'US GB DE FR ES IT NL PL BE AT CH PT IE SE NO DK FI CZ SK HU RO BG GR TR RU UA CN JP KR IN PK ID TH VN AU NZ CA MX BR AR CL CO PE ZA NG EG MA KE IL SA IR IQ SY AE'.split(
      ' ',
    );
  const found = [...codes.map((code) => names.of(code) ?? code), ...ALSO[language]];
  COUNTRIES.set(language, found);
  return found;
}

/** What people call countries besides. */
const ALSO: Readonly<Record<Language, readonly string[]>> = {
  en: [
    'Britain',
    'Britain',
    'Great Britain',
    'England',
    'Scotland',
    'Wales',
    'Holland',
    'America',
    'U.S.',
    'U.K.',
    'US',
    'UK',
    'USA',
    'Czech Republic',
    'Europe',
    'Asia',
    'Africa',
    'Bosnia',
    'Korea',
  ],
  de: [
    'England',
    'Großbritannien',
    'Holland',
    'USA',
    'Amerika',
    'Europa',
    'Bayern',
    'Sachsen',
    'Tschechien',
    'UK',
  ],
  fr: [
    'Angleterre',
    'Grande-Bretagne',
    'Hollande',
    'États-Unis',
    'Amérique',
    'Europe',
    'Bretagne',
    'Afrique',
  ],
  es: [
    'Inglaterra',
    'Gran Bretaña',
    'Holanda',
    'EE. UU.',
    'EEUU',
    'América',
    'Europa',
    'Andalucía',
    'Cataluña',
  ],
  it: [
    'Inghilterra',
    'Gran Bretagna',
    'Olanda',
    'USA',
    'Stati Uniti',
    'America',
    'Europa',
    'Lombardia',
    'Sicilia',
  ],
  nl: ['Engeland', 'Groot-Brittannië', 'Holland', 'VS', 'Amerika', 'Europa', 'Friesland', 'Brabant'],
  pl: [
    'Anglia',
    'Wielka Brytania',
    'Holandia',
    'USA',
    'Ameryka',
    'Europa',
    'Śląsk',
    'Mazowsze',
    'Niemczech',
    'Francji',
    'Polsce',
    'Włoszech',
    'Anglii',
    'Niemiec',
    'Polski',
  ],
};

/** One of the forms that a Polish name has in sentences, roughly: what matters is that it is none of a list. */
function declined(name: string, random: Random): string {
  return name.replaceAll(/\p{L}{3,}/gu, (word) => {
    if (/[sc]ki$/.test(word)) return word + random.pick(['m', 'ego', 'emu']);
    if (/[sc]ka$/.test(word)) return word.slice(0, -1) + random.pick(['ą', 'iej']);
    if (word.endsWith('a')) return word.slice(0, -1) + random.pick(['ę', 'ą', 'y', 'ie']);
    return /[bcdfghjklmnprstwzłńśź]$/.test(word) ? word + random.pick(['a', 'em', 'owi', 'ie', 'u']) : word;
  });
}

/** A name that no list has: what is to be found by where it stands. */
function invented(random: Random): string {
  const syllables = [
    'ba',
    'ren',
    'tor',
    'li',
    'mar',
    'ko',
    'zel',
    'dra',
    'fen',
    'wi',
    'sto',
    'gar',
    'hul',
    'ni',
    'pra',
    'sen',
    'kov',
    'ley',
    'man',
    'ez',
    'ard',
    'ski',
    'ova',
    'ini',
    'oux',
    'ham',
  ];
  const name = Array.from({ length: 2 + random.below(2) }, () => random.pick(syllables)).join('');
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** What firms put behind a name. */
const TRADES: Readonly<Record<Language, readonly string[]>> = {
  en: 'Plumbing|Analytics|Bakery|Roofing|Electric|Catering|Cleaning|Interiors|Properties|Capital|Ventures|Robotics|Foods|Textiles|Shipping|Dental|Studios|Dynamics|Networks|Insurance|Construction|Holdings|Pharmaceuticals|Energy|Airways|Outfitters|Hardware|Bank|Records|Publishing|Labs|Brothers'.split(
    '|',
  ),
  de: 'Logistik|Sanitär|Elektro|Metallbau|Immobilien|Versicherungen|Maschinenbau|Textil|Druck|Reisen|Energie|Verlag|Möbel|Spedition|Optik|Holzbau|Analytik|Pharma|Dachbau|Beratung|Werke|Brauerei'.split(
    '|',
  ),
  fr: 'Logistique|Plomberie|Électricité|Immobilier|Assurances|Textile|Voyages|Énergie|Éditions|Meubles|Transports|Optique|Systèmes|Conseil|Traiteur|Bâtiment|Pharma|Frères|Industries'.split(
    '|',
  ),
  es: 'Logística|Fontanería|Electricidad|Inmobiliaria|Seguros|Textil|Viajes|Energía|Editorial|Muebles|Transportes|Óptica|Sistemas|Consultores|Catering|Construcciones|Farma|Hermanos|Industrias'.split(
    '|',
  ),
  it: 'Logistica|Idraulica|Elettronica|Immobiliare|Assicurazioni|Tessile|Viaggi|Energia|Editore|Mobili|Trasporti|Ottica|Sistemi|Consulenza|Catering|Costruzioni|Farma|Fratelli|Industrie'.split(
    '|',
  ),
  nl: 'Logistiek|Loodgieters|Elektra|Vastgoed|Verzekeringen|Textiel|Reizen|Energie|Uitgevers|Meubelen|Transport|Optiek|Systemen|Advies|Catering|Bouw|Pharma|Industrie|Techniek'.split(
    '|',
  ),
  pl: 'Logistyka|Hydraulika|Elektro|Nieruchomości|Ubezpieczenia|Tekstylia|Podróże|Energia|Wydawnictwo|Meble|Transport|Optyka|Systemy|Doradztwo|Catering|Budownictwo|Farma|Bracia'.split(
    '|',
  ),
};

/** Makes what stands in the slots of sentences and fields of one language. */
export class Values {
  readonly #own: readonly Faker[];
  readonly #others: readonly Faker[];
  readonly #place;

  constructor(
    readonly language: Language,
    readonly random: Random,
    seed: number,
  ) {
    this.#own = LOCALES[language].map((locale) => allFakers[locale]);
    this.#others = ELSEWHERE.map((locale) => allFakers[locale]);
    for (const faker of [...this.#own, ...this.#others]) faker.seed(seed);
    this.#place = PLACES.filter((place) => place.language === language);
  }

  #faker(): Faker {
    return this.random.pick(this.random.below(4) === 0 ? this.#others : this.#own);
  }

  /** Polish names are declined in half of the sentences. */
  #inSentence(name: string): string {
    return this.language === 'pl' && this.isSentence && this.random.below(2) === 0
      ? declined(name, this.random)
      : name;
  }

  /** What is made stands in a sentence, and not by itself. */
  isSentence = false;

  first(): string {
    return this.#inSentence(this.#first());
  }

  #first(): string {
    if (this.random.below(14) === 0) return invented(this.random);
    return latin(this.#faker().person.firstName());
  }

  last(): string {
    return this.#inSentence(this.#last());
  }

  #last(): string {
    if (this.random.below(10) === 0) return invented(this.random);
    return latin(this.#faker().person.lastName());
  }

  person(): string {
    const { random } = this;
    const form = random.below(24);
    if (form === 0) return `${this.first().charAt(0)}. ${this.last()}`;
    if (form === 1) return `${this.first()} ${this.first().charAt(0)}. ${this.last()}`;
    if (form === 2) return `${this.first()} ${this.first()} ${this.last()}`;
    if (form === 3) return `${this.first()} ${this.last()}-${this.last()}`;
    if (this.language === 'es' && form < 12) return `${this.first()} ${this.last()} ${this.last()}`;
    return `${this.first()} ${this.last()}`;
  }

  town(): string {
    return this.#inSentence(this.#town());
  }

  #town(): string {
    const choice = this.random.below(10);
    if (choice < 4) return latin(this.#faker().location.city());
    if (choice < 5)
      return (
        invented(this.random) +
        this.random.pick(['ton', 'ville', 'burg', 'stadt', 'dorf', 'ano', 'owo', 'drecht'])
      );
    return this.random.pick(TOWNS);
  }

  country(): string {
    return this.random.pick(countriesIn(this.language));
  }

  organization(): string {
    const { random } = this;
    const choice = random.below(10);
    if (choice < 2) return random.pick(KNOWN_ORGANIZATIONS);
    if (choice === 2) return latin(this.#faker().company.name());
    if (choice === 3) return this.#coined();
    if (choice === 5)
      return `${random.below(2) === 0 ? this.#last() : this.#coined()} ${random.pick(TRADES[this.language])}`;
    if (choice === 4 && random.below(2) === 0) return random.letters(3 + random.below(2));
    return random
      .pick(OTHER_WORDS[this.language].organizations)
      .replaceAll('*', () => (random.below(6) === 0 ? this.#coined() : this.last()))
      .replaceAll('@', () => this.town());
  }

  #coined(): string {
    const { random } = this;
    const head = random.pick([
      'Nord',
      'Blue',
      'Data',
      'Soft',
      'Net',
      'Euro',
      'Tele',
      'Bio',
      'Eco',
      'Medi',
      'Inno',
      'Agro',
      'Green',
      'Sky',
      'Terra',
      'Nova',
      'Alpha',
      'Quant',
      'Cyber',
      'Solar',
      'Aero',
      'Omni',
    ]);
    const tail = random.pick([
      'works',
      'tec',
      'tech',
      'soft',
      'line',
      'com',
      'net',
      'Point',
      'Media',
      'Labs',
      'Logic',
      'Systems',
      'Trade',
      'Pharm',
      'Bank',
      'Care',
      'Power',
      'Cloud',
      'ware',
      'bau',
      'plus',
      'ix',
      'ia',
      'on',
    ]);
    const name =
      random.below(4) === 0 ? `${head} ${tail.charAt(0).toUpperCase()}${tail.slice(1)}` : head + tail;
    return random.below(4) === 0
      ? `${name} ${random.pick(['GmbH', 'Inc', 'SA', 'AG', 'Ltd', 'B.V.', 'S.r.l.', 'Group', 'Sp. z o.o.'])}`
      : name;
  }

  address(): string {
    const place = this.random.pick(this.#place);
    return addressOf(place, this.town(), this.random, place.faker.location.street());
  }

  job(): string {
    return this.random.pick(OTHER_WORDS[this.language].jobs);
  }

  /** A thing; now and then one that is called as people are. */
  thing(): string {
    const { things } = OTHER_WORDS[this.language];
    if (this.random.below(8) !== 0) return this.random.pick(things);
    return `${this.random.pick(['Sofa', 'Modell', 'model', 'sofa', 'lampe', 'modelo', 'divano', 'modello', 'bank', 'serie', 'canapé', 'gama', 'linea'])} ${this.first()}`;
  }

  number(): string {
    return this.random.digits(1 + this.random.below(4)).replace(/^0+(?=.)/, '');
  }

  date(): string {
    const names = new Intl.DateTimeFormat(this.language, { day: 'numeric', month: 'long', timeZone: 'UTC' });
    const day = new Date(Date.UTC(2026, this.random.below(12), this.random.below(28) + 1));
    const choice = this.random.below(3);
    return choice === 0
      ? names.format(day)
      : choice === 1
        ? day.toISOString().slice(0, 10)
        : new Intl.DateTimeFormat(this.language, { weekday: 'long', timeZone: 'UTC' }).format(day);
  }
}

/** Names in Latin letters only, without titles. */
const latin = (name: string): string => (/^[\p{Script=Latin}\p{M} .,'’&-]+$/u.test(name) ? name : 'Novak');
