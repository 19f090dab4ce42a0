import type { Category, Regulation, Sensitivity } from '@bailiwick/domain';

/** What a column is when its name says so. */
export interface ColumnMeaning {
  readonly category: Category;
  readonly sensitivity: Sensitivity;
  readonly regulations: readonly Regulation[];
  readonly entity?: string;
}

const PRIVACY: readonly Regulation[] = ['GDPR', 'CCPA'];
const contact = (entity: string): ColumnMeaning => ({
  category: 'contact',
  sensitivity: 'Confidential',
  regulations: PRIVACY,
  entity,
});
const place = (entity: string, sensitivity: Sensitivity = 'Confidential'): ColumnMeaning => ({
  category: 'location',
  sensitivity,
  regulations: ['GDPR'],
  entity,
});
const money = (
  sensitivity: Sensitivity,
  regulations: readonly Regulation[],
  entity?: string,
): ColumnMeaning => ({
  category: 'financial',
  sensitivity,
  regulations,
  ...(entity === undefined ? {} : { entity }),
});
const SPECIAL: ColumnMeaning = {
  category: 'special-category',
  sensitivity: 'MissionCritical',
  regulations: ['GDPR'],
};

/**
 * Words of column names, folded and apart by one space, in English, German, French, Spanish, Italian, Dutch and Polish.
 * The first row that fits counts, so what is worse stands first.
 */
export const COLUMN_WORDS: readonly (readonly [RegExp, ColumnMeaning])[] = [
  [
    /\b(?:password|passwort|passcode|mot de passe|contrasena|wachtwoord|haslo|secret|api key|access token|refresh token|private key|pin code|cvv|cvc|security answer)\b/,
    { category: 'credential', sensitivity: 'MissionCritical', regulations: [] },
  ],
  [
    /\b(?:diagnos\w*|health|medical|medication|patient|disease|illness|allerg\w*|disabilit\w*|treatment|blood type|krank\w*|gesundheit\w*|behinder\w*|sante|maladie|handicap|salud|enfermedad|discapacidad|salute|malattia|disabilita|gezondheid|ziekte|zdrowi\w*|chorob\w*|niepelnosprawn\w*)\b/,
    { category: 'health', sensitivity: 'MissionCritical', regulations: ['GDPR', 'HIPAA'] },
  ],
  [
    /\b(?:religio\w*|konfession|faith|godsdienst|wyznani\w*|trade union|union member\w*|gewerkschaft\w*|syndicat|sindicato|sindacato|vakbond|ethnic\w*|ethnie|race|rasse|political|politisch\w*|party member\w*|sexual|orientation sexuelle|biometric\w*|fingerprint|faceprint|genetic\w*|genetisch\w*)\b/,
    SPECIAL,
  ],
  [
    /\b(?:card number|credit card|kreditkarte\w*|carte (?:bancaire|de credit)|tarjeta|carta di credito|creditcard|karta kredytowa|pan number)\b/,
    money('MissionCritical', ['PCI'], 'CREDIT_CARD'),
  ],
  [/\biban\b/, money('Restricted', ['GDPR', 'GLBA'], 'IBAN_CODE')],
  [/\b(?:bic|swift(?: code)?)\b/, money('Internal', ['GLBA'], 'BIC')],
  [
    /\b(?:bank account|account no|kontonummer|numero de compte|cuenta bancaria|conto corrente|rekeningnummer|numer konta|routing number|sort code)\b/,
    money('Restricted', ['GDPR', 'GLBA']),
  ],
  [
    /\b(?:salary|wage|income|gehalt|einkommen|salaire|revenu|salario|ingresos|stipendio|reddito|salaris|inkomen|wynagrodzeni\w*|dochod|credit (?:score|rating|limit)|net worth|bonitat)\b/,
    money('Restricted', ['GDPR', 'GLBA']),
  ],
  [
    /\b(?:ssn|social security|sozialversicherung\w*|national (?:id|identity|insurance)|personal id|passport|reisepass\w*|ausweis\w*|passeport|pasaporte|passaporto|paspoort|paszport|driver\w* licen[cs]e|fuhrerschein\w*|tax (?:id|number|no)|steuer\w*|tin|nif|nie|dni|cpf|curp|rfc|codice fiscale|bsn|pesel|nino|nir|insee|aadhaar|pan card|vat (?:id|number))\b/,
    { category: 'identifier', sensitivity: 'Restricted', regulations: PRIVACY },
  ],
  [
    /\b(?:birth ?(?:date|day)|date of birth|dob|geburts\w*|date de naissance|fecha de nacimiento|data di nascita|geboorte\w*|data urodzenia)\b/,
    { category: 'demographic', sensitivity: 'Restricted', regulations: PRIVACY, entity: 'DATE_OF_BIRTH' },
  ],
  [
    /\b(?:gender|sex|geschlecht|sexe|genero|genere|geslacht|plec|age|alter|marital status|familienstand|nationality|nationalitat|citizenship)\b/,
    { category: 'demographic', sensitivity: 'Confidential', regulations: PRIVACY },
  ],
  [
    /\b(?:e ?mail|mail address|courriel|correo(?: electronico)?|posta elettronica|adres mailowy)\b/,
    contact('EMAIL_ADDRESS'),
  ],
  [
    /\b(?:phone|telephone|tel|mobile|cell|fax|telefon\w*|handy\w*|rufnummer|portable|telefono|movil|cellulare|telefoon\w*|mobiel|komork\w*|whatsapp)\b/,
    contact('PHONE_NUMBER'),
  ],
  [
    /\b(?:ip ?address|ip adresse|adresse ip|remote ip|client ip)\b/,
    { category: 'identifier', sensitivity: 'Confidential', regulations: PRIVACY, entity: 'IP_ADDRESS' },
  ],
  [/\b(?:latitude|longitude|geo ?location|gps)\b/, place('LOCATION')],
  [
    /\b(?:zip|zip code|postal code|postcode|plz|postleitzahl|code postal|codigo postal|cap|kod pocztowy)\b/,
    place('ZIP_CODE'),
  ],
  [
    /\b(?:city|town|ort|stadt|ville|ciudad|citta|stad|woonplaats|miasto|miejscowosc)\b/,
    place('LOCATION', 'Internal'),
  ],
  [
    /\b(?:country|country code|land|pays|pais|paese|kraj|state|province|region|bundesland)\b/,
    { category: 'location', sensitivity: 'Internal', regulations: [] },
  ],
  [
    /\b(?:street|strasse|hausnummer|rue|adresse|address|direccion|calle|indirizzo|straat|adres|ulica)\b/,
    place('STREET_ADDRESS'),
  ],
  [
    /\b(?:(?:first|last|full|middle|given|family|contact|customer|person|maiden|nick) ?name|surname|vorname|nachname|familienname|ansprechpartner|prenom|nom de famille|nombre|apellidos?|cognome|voornaam|achternaam|imie|nazwisko)\b/,
    contact('PERSON'),
  ],
  [
    /\b(?:job title|occupation|beruf|employer|arbeitgeber|profession|department|abteilung)\b/,
    { category: 'employment', sensitivity: 'Internal', regulations: ['GDPR'] },
  ],
  [
    /\b(?:description|beschreibung|comments?|kommentar\w*|notes?|notiz\w*|remarks?|bemerkung\w*|message|nachricht|body|text|details?|commentaires?|descripcion|descrizione|opis|uwagi|omschrijving|opmerking\w*|transcript|feedback)\b/,
    { category: 'free-text', sensitivity: 'Confidential', regulations: ['GDPR'] },
  ],
];
