import type { Language } from '../sample.js';

/** What letters and sentences are put together from. */
export interface LetterParts {
  /** Before a name: `{f}`, `{l}` or `{p}` is part of it. */
  readonly greetings: readonly string[];
  /** Before the writer's name. */
  readonly closings: readonly string[];
  /** Phrases that may stand anywhere in a sentence, with names in their slots or with none. */
  readonly inserted: readonly string[];
  /** Adjectives of nations and other words with capitals that name nobody. */
  readonly adjectives: readonly string[];
}

const split = (text: string): readonly string[] => text.split('|');

export const PHRASES: Readonly<Record<Language, LetterParts>> = {
  en: {
    greetings: split(
      'Hi {f},|Hello {f},|Dear {f},|Dear Mr {l},|Dear Ms. {l},|Dear Mrs {l},|Dear {p},|{f},|Hey {f}|Good afternoon {f},|Hi {f} and {f},|Dear Dr. {l},|Hi team,|Dear Customer Service,|Hello,|To whom it may concern,|Good morning,',
    ),
    closings: split(
      'Best regards,|Kind regards,|Best,|Thanks,|Many thanks|Cheers|Sincerely,|Yours truly,|Thank you,|Regards|Warm wishes,|Take care,|All the best,|Sent from my phone|-|--',
    ),
    inserted: split(
      'in {c}|from {c}|near {c}|to {n}|in {n}|of {n}|with {p}|by {p}|for {f}|and {f}|from {f}|with {l}|by {o}|at {o}|from {o}|for {o}|of {o}|, {p} said,|, says {l},|according to {l}|according to {o}|between {n} and {n}|{adj} people|{adj} officials|a {adj} company|the {adj} side|on Monday|in January|after {v}|under {v}|the {v} tab|via {k}|the {k} number|{p} and {p}|{o} or {o}|{o} and {o}|only {n}|former minister {p}|coach {l}|his wife {f}|our colleague {f}|Mr {l}|Mrs {l}|Dr {l}|{o} spokesman {p}|the U.S.|the U.K.|the {o}',
    ),
    adjectives: split(
      'German|British|French|Spanish|Italian|Dutch|Polish|American|Chinese|Russian|Japanese|European|Indian|Turkish|English|African|Christian|Muslim|Catholic|Democratic|Republican|Olympic',
    ),
  },
  de: {
    greetings: split(
      'Hallo {f},|Liebe {f},|Lieber {f},|Sehr geehrte Frau {l},|Sehr geehrter Herr {l},|Guten Tag Herr {l},|Guten Tag {p},|Moin {f},|Hi {f},|Sehr geehrter Herr Dr. {l},|Sehr geehrte Damen und Herren,|Liebes Team,|Guten Morgen,|Hallo zusammen,',
    ),
    closings: split(
      'Mit freundlichen Grüßen|Viele Grüße|Beste Grüße|Freundliche Grüße|Liebe Grüße|Herzliche Grüße|Schöne Grüße|MfG|LG|Danke und Gruß|Vielen Dank|Bis bald|Hochachtungsvoll|i. A.|--',
    ),
    inserted: split(
      'in {c}|aus {c}|nach {c}|bei {c}|in {n}|aus {n}|nach {n}|mit {p}|von {p}|für {f}|und {f}|von {f}|mit Frau {l}|von Herrn {l}|bei {o}|von {o}|für {o}|mit {o}|, so {l},|laut {p}|laut {o}|zwischen {n} und {n}|die {adj} Seite|ein {adj} Unternehmen|am Montag|im Januar|nach Rücksprache|per {k}|die {k}|unter {v}|{p} und {p}|{o} und {o}|Ministerin {p}|Trainer {l}|seine Frau {f}|unsere Kollegin {f}|Dr. {l}|der Sprecher von {o}|den USA|der EU',
    ),
    adjectives: split(
      'deutsche|britische|französische|spanische|italienische|niederländische|polnische|amerikanische|chinesische|russische|europäische|Berliner|Hamburger|evangelische|katholische',
    ),
  },
  fr: {
    greetings: split(
      'Bonjour {f},|Cher {f},|Chère {f},|Bonjour Monsieur {l},|Madame {l},|Chère Madame {l},|Bonjour {p},|Salut {f},|Coucou {f}|Cher Docteur {l},|Madame, Monsieur,|Bonjour à tous,|Bonjour,',
    ),
    closings: split(
      'Cordialement,|Bien cordialement,|Salutations,|Meilleures salutations|Bien à vous,|À bientôt,|Merci d’avance,|Merci,|Amicalement,|Bonne journée,|Sincères salutations|Bises|--',
    ),
    inserted: split(
      'à {c}|de {c}|vers {c}|près de {c}|en {n}|au {n}|avec {p}|par {p}|pour {f}|et {f}|de {f}|avec Madame {l}|de Monsieur {l}|chez {o}|de {o}|pour {o}|avec {o}|à {p}|, selon {l},|selon {p}|selon {o}|entre {n} et {n}|la société {adj}|le gouvernement {adj}|lundi|en janvier|par {k}|le {k}|sous {v}|l’onglet {v}|{p} et {p}|{o} et {o}|le ministre {p}|son entraîneur {l}|sa femme {f}|notre collègue {f}|Mme {l}|M. {l}|le docteur {l}|les États-Unis|l’Union européenne',
    ),
    adjectives: split(
      'française|britannique|allemand|espagnole|italien|néerlandais|polonais|américain|chinois|russe|européenne|catholique|Français|Allemands|Anglais',
    ),
  },
  es: {
    greetings: split(
      'Hola {f},|Hola {f}:|Querida {f},|Estimado señor {l}:|Estimada señora {l}:|Estimado {p}:|Buenos días {f},|Buenas tardes, señora {l}:|Estimado Dr. {l}:|Estimados señores:|Hola a todos,|Buenos días:',
    ),
    closings: split(
      'Un saludo,|Saludos,|Saludos cordiales,|Atentamente,|Gracias,|Muchas gracias,|Un abrazo,|Cordialmente,|Hasta pronto,|Un cordial saludo|Besos|--',
    ),
    inserted: split(
      'en {c}|de {c}|a {c}|cerca de {c}|en {n}|de {n}|con {p}|por {p}|para {f}|y {f}|de {f}|con la señora {l}|del señor {l}|en {o}|de {o}|para {o}|con {o}|a {p}|a {f}|, según {l},|según {p}|según {o}|entre {n} y {n}|la empresa {adj}|el gobierno {adj}|el lunes|en enero|por {k}|el {k}|en {v}|la pestaña {v}|{p} y {p}|{o} y {o}|el ministro {p}|el entrenador {l}|su mujer {f}|nuestra compañera {f}|don {f} {l}|doña {f}|el doctor {l}|Estados Unidos|la Unión Europea',
    ),
    adjectives: split(
      'española|británico|alemán|francesa|italiano|holandés|polaco|estadounidense|china|rusa|europea|católica|argentino|mexicana',
    ),
  },
  it: {
    greetings: split(
      'Ciao {f},|Caro {f},|Cara {f},|Gentile signor {l},|Gentile signora {l},|Gentile {p},|Buongiorno {f},|Egregio dottor {l},|Egregio signor {l},|Spett.le Ditta,|Buongiorno a tutti,|Buongiorno,|Gentili signori,',
    ),
    closings: split(
      'Cordiali saluti|Distinti saluti,|Saluti,|Un saluto|Grazie,|Grazie mille|A presto,|Un abbraccio|Buona giornata|Cordialmente,|In fede|--',
    ),
    inserted: split(
      'a {c}|di {c}|da {c}|vicino a {c}|in {n}|dalla {n}|con {p}|da {p}|per {f}|e {f}|di {f}|con la signora {l}|del signor {l}|presso {o}|di {o}|per {o}|con {o}|da {o}|a {p}|a {f}|, secondo {l},|secondo {p}|secondo {o}|tra {n} e {n}|la società {adj}|il governo {adj}|lunedì|a gennaio|via {k}|il {k}|in {v}|la scheda {v}|{p} e {p}|{o} e {o}|il ministro {p}|l’allenatore {l}|sua moglie {f}|la nostra collega {f}|il dottor {l}|gli Stati Uniti|l’Unione europea',
    ),
    adjectives: split(
      'italiana|britannico|tedesco|francese|spagnolo|olandese|polacco|americana|cinese|russo|europea|cattolica',
    ),
  },
  nl: {
    greetings: split(
      'Hoi {f},|Hallo {f},|Beste {f},|Geachte heer {l},|Geachte mevrouw {l},|Beste {p},|Dag {f},|Goedemorgen {f},|Geachte dokter {l},|Geachte heer/mevrouw,|Beste allemaal,|Goedemiddag,',
    ),
    closings: split(
      'Met vriendelijke groet,|Vriendelijke groeten|Groet,|Groeten,|Hartelijke groet|Bedankt,|Alvast bedankt|Tot snel|Mvg|Met groet,|Liefs|--',
    ),
    inserted: split(
      'in {c}|uit {c}|naar {c}|bij {c}|in {n}|uit {n}|naar {n}|met {p}|door {p}|voor {f}|en {f}|van {f}|met mevrouw {l}|van meneer {l}|bij {o}|van {o}|voor {o}|met {o}|, aldus {l},|volgens {p}|volgens {o}|tussen {n} en {n}|het {adj} bedrijf|de {adj} regering|op maandag|in januari|via {k}|de {k}|onder {v}|{p} en {p}|{o} en {o}|minister {p}|trainer {l}|zijn vrouw {f}|onze collega {f}|dokter {l}|de heer {l}|de VS|de Europese Unie',
    ),
    adjectives: split(
      'Nederlandse|Britse|Duitse|Franse|Spaanse|Italiaanse|Poolse|Amerikaanse|Chinese|Russische|Europese|katholieke|Turkse',
    ),
  },
  pl: {
    greetings: split(
      'Cześć {f},|Witaj {f},|Szanowna Pani {l},|Szanowny Panie {l},|Drogi {f},|Droga {f},|Dzień dobry, Pani {l},|Szanowny Panie Doktorze,|Szanowni Państwo,|Dzień dobry,|Witam,|Hej {f}',
    ),
    closings: split(
      'Pozdrawiam|Z poważaniem|Pozdrawiam serdecznie|Z wyrazami szacunku|Dziękuję|Serdecznie pozdrawiam|Dzięki|Do usłyszenia|Do zobaczenia|Pozdrowienia|--',
    ),
    inserted: split(
      'z {p}|przez {p}|dla {f}|i {f}|z panią {l}|od pana {l}|w {o}|z {o}|dla {o}|od {o}|, mówi {l},|według {o}|firma {adj}|rząd {adj}|w poniedziałek|w styczniu|przez {k}|numer {k}|w zakładce {v}|{p} i {p}|{o} i {o}|minister {p}|trener {l}|żona {f}|nasza koleżanka {f}|pan {l}|pani {l}|dr {l}|USA|Unia Europejska|miasto {c}|({c})|- {c} -|{n} i {n}',
    ),
    adjectives: split(
      'polska|brytyjska|niemiecka|francuska|hiszpańska|włoska|holenderska|amerykańska|chińska|rosyjska|europejska|katolicka',
    ),
  },
};

/** Abbreviations in capitals that name nobody. */
export const ABBREVIATIONS: readonly string[] = split(
  'IP|VPN|PDF|SMS|IBAN|VAT|BIC|DNS|SSL|CRM|ERP|API|URL|ID|PIN|SKU|USB|GPS|FAQ|SLA|KPI|ROI|Q3|CEO|HR|IT|PO|RMA|ETA|ASAP|FYI|TBD|B2B|XML|LTE|WLAN|PLZ|MwSt|TVA|IVA|BTW|NIP|REGON|PESEL|BSN|KVK|NIR|DNI|NIE|CF|SSN|NINO|NHS|DOB|EXP|Ref|Tel|Fax|Mob|Visa|MC|Amex|Mastercard|SEPA|QR|PC|TV|DVD|LED|UPS|CV|FAX|EUR|USD|GBP|PLN|WhatsApp|Excel|Windows|Android|Bluetooth|Wi-Fi|National Insurance|Social Security|Tax ID',
);
