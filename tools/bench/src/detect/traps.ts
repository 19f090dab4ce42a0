import type { Random } from './random.js';
import type { Language } from './sample.js';

/** Makes something that is no personal data and looks like it. */
type TrapMaker = (random: Random, language: Language) => string;

/** Months that people are named after too, as they stand in a date. */
const MONTHS: Readonly<Record<Language, readonly string[]>> = {
  en: ['April', 'May', 'June', 'August'],
  de: ['April', 'Mai', 'August', 'Juni'],
  fr: ['avril', 'mai', 'août', 'juin'],
  es: ['abril', 'julio', 'agosto', 'mayo'],
  it: ['aprile', 'maggio', 'agosto', 'giugno'],
  nl: ['april', 'mei', 'juni', 'augustus'],
  pl: ['maja', 'kwietnia', 'sierpnia', 'lipca'],
};

const WEEKDAYS: Readonly<Record<Language, readonly string[]>> = {
  en: ['Wednesday', 'Friday', 'Sunday'],
  de: ['Freitag', 'Sonntag', 'Mittwoch'],
  fr: ['Vendredi', 'mardi', 'Dimanche'],
  es: ['Domingo', 'martes', 'Viernes'],
  it: ['Domenica', 'venerdì', 'Sabato'],
  nl: ['Vrijdag', 'zondag', 'Woensdag'],
  pl: ['Piątek', 'niedziela', 'Sobota'],
};

/** Products of a house brand that bears a first name. */
const BRANDS: Readonly<Record<Language, readonly string[]>> = {
  en: ['Martha kettle', 'Oscar desk lamp', 'Ruby 3-seater', 'Felix vacuum bag'],
  de: ['Sofa Lena', 'Regal Billy', 'Modell Klara', 'Matratze Emma'],
  fr: ['canapé Louise', 'lampe Oscar', 'modèle Clara', 'gamme Félix'],
  es: ['sofá Lucía', 'lámpara Nora', 'modelo Carmen', 'gama Martina'],
  it: ['divano Sofia', 'lampada Nina', 'modello Giulia', 'linea Matilde'],
  nl: ['bank Emma', 'lamp Daan', 'model Sophie', 'serie Max'],
  pl: ['sofa Zofia', 'lampa Maja', 'model Antek', 'seria Hania'],
};

/** Common words that are names as well, and nouns that only their language writes with a capital. */
const NOUNS: Readonly<Record<Language, readonly string[]>> = {
  en: ['Grace period', 'Bill of lading', 'Mark as read', 'Grant application', 'Rose Gold', 'Sterling silver'],
  de: ['Rechnung', 'Winter', 'Vertrag', 'Lieferung', 'Schneider', 'Kaiser', 'Sommer', 'Versand'],
  fr: ['Livraison', 'Pierre naturelle', 'Rose pâle', 'Facture', 'Marine', 'Service Clients'],
  es: ['Factura', 'Rosa pastel', 'Cruz roja', 'Envío', 'Mar azul', 'Garantía'],
  it: ['Fattura', 'Rosa antico', 'Chiara d’uovo', 'Consegna', 'Reso', 'Garanzia'],
  nl: ['Factuur', 'Roos', 'Levering', 'Garantie', 'Retour', 'Winter'],
  pl: ['Faktura', 'Dostawa', 'Gwarancja', 'Zwrot', 'Kamień', 'Zamówienie'],
};

const CURRENCY: Readonly<Record<Language, readonly string[]>> = {
  en: ['$1,#49.99', 'USD 12#.50', '£#,250.00'],
  de: ['1.#49,99 €', '12#,50 EUR', '34#.000,00 €'],
  fr: ['1 #49,99 €', '12#,50 EUR', '34# 000 €'],
  es: ['1.#49,99 €', '12#,50 EUR', '34#.000 €'],
  it: ['1.#49,99 €', '€ 12#,50', '34#.000,00 EUR'],
  nl: ['€ 1.#49,99', '€ 12#,50', '34#.000 EUR'],
  pl: ['1 #49,99 zł', '12#,50 PLN', '34# 000 zł'],
};

const fill = (random: Random, pattern: string): string =>
  pattern.replaceAll(/[#@]/g, (sign) => (sign === '#' ? random.digits(1) : random.letters(1)));

const of =
  (...patterns: readonly string[]): TrapMaker =>
  (random) =>
    fill(random, random.pick(patterns));
const inLanguage =
  (patterns: Readonly<Record<Language, readonly string[]>>): TrapMaker =>
  (random, language) =>
    fill(random, random.pick(patterns[language]));

/** By the name that a template gives the trap. */
export const TRAPS: Readonly<Record<string, TrapMaker>> = {
  order: of('SO-2026-######', '4500######', 'ORD########', '100-#######-#######', 'A-#####'),
  ticket: of('CASE-#####', 'INC00#####', '#0042####', 'TCK-2026-####', 'JIRA-####'),
  sku: of('KX-##-####', '@@###-@#', 'LMP-####-BLK', '##.###.##', 'EAN 40########1'),
  part: of('PN 7###-##-####', 'R###@##', '##-####-###', '8D0-###-###-@', 'Typ ##.##.#'),
  version: of('v2.1#.#', '10.#.1#.19#4', '3.14.#-rc.1', 'build 2026.4.#', 'Firmware 1.0.#.#'),
  tracking: of('1Z999AA101########', '00340434##########', 'JJD0003#############', '3S@@@@#########'),
  time: of('2026-0#-1#T1#:2#:3#Z', '14:3#', '1#.0#.2026 09:1#', '17########', '2026-04-1#'),
  amount: inLanguage(CURRENCY),
  month: (random, language) => `${random.below(27) + 1} ${random.pick(MONTHS[language])} 2026`,
  weekday: inLanguage(WEEKDAYS),
  brand: inLanguage(BRANDS),
  noun: inLanguage(NOUNS),
};
