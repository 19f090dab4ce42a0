import { OpenedPattern } from '../matches.js';
import type { Finding, Recogniser } from '../recogniser.js';
import { WordList } from '../vocabulary.js';

/** Keys by what their issuers document as their beginning. */
const KEYS: readonly (readonly [entity: string, pattern: string])[] = [
  ['API_KEY', String.raw`(?:AKIA|ASIA|AROA|AIDA|ABIA|ACCA)[A-Z2-7]{16}`], // AWS IAM identifiers
  ['API_KEY', String.raw`gh[pousr]_[A-Za-z0-9]{36,255}`], // GitHub tokens
  ['API_KEY', String.raw`github_pat_[A-Za-z0-9_]{50,255}`],
  ['API_KEY', String.raw`glpat-[A-Za-z0-9_-]{20,64}`], // GitLab
  ['API_KEY', String.raw`xox[abeoprs]-[A-Za-z0-9-]{10,250}`], // Slack
  ['API_KEY', String.raw`AIza[A-Za-z0-9_-]{35}`], // Google
  ['API_KEY', String.raw`GOCSPX-[A-Za-z0-9_-]{28}`],
  ['API_KEY', String.raw`ya29\.[A-Za-z0-9_-]{20,250}`],
  ['API_KEY', String.raw`(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{16,250}`], // Stripe
  ['API_KEY', String.raw`whsec_[A-Za-z0-9+/=]{24,100}`],
  ['API_KEY', String.raw`sk-(?:proj-|ant-|svcacct-)?[A-Za-z0-9_-]{20,250}`], // model providers
  ['API_KEY', String.raw`SG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}`], // SendGrid
  ['API_KEY', String.raw`SK[0-9a-f]{32}`], // Twilio
  ['API_KEY', String.raw`npm_[A-Za-z0-9]{36}`],
  ['API_KEY', String.raw`pypi-[A-Za-z0-9_-]{50,250}`],
  ['API_KEY', String.raw`hf_[A-Za-z0-9]{30,60}`],
  ['API_KEY', String.raw`shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}`], // Shopify
  ['API_KEY', String.raw`pat-(?:na|eu)\d-[0-9a-f-]{36}`], // HubSpot
  ['API_KEY', String.raw`00D[A-Za-z0-9]{12,15}![A-Za-z0-9._]{60,200}`], // Salesforce sessions
  ['API_KEY', String.raw`eyJ[A-Za-z0-9_-]{8,2000}\.eyJ[A-Za-z0-9_-]{4,4000}(?:\.[A-Za-z0-9_-]{0,1000})?`], // RFC 7519
];

const KEY = new RegExp(
  String.raw`(?<![A-Za-z0-9_-])(?:${KEYS.map(([, pattern]) => pattern).join('|')})(?![A-Za-z0-9])`,
  'g',
);
/** The first two signs of every key above: where none stands, none is looked for. */
const BEGINNINGS =
  /(?:A[KSRIBC][IOC]A|gh[pousr]_|github_pat|glpat|xox|AIza|GOCSPX|ya29|[srp]k_|whsec|sk-|SG\.|SK[0-9a-f]|npm_|pypi-|hf_|shp|pat-|00D|eyJ)/;

/** RFC 7468: what stands between the lines. */
const PRIVATE_KEY_BEGIN = /-----BEGIN (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----/g;
const PRIVATE_KEY_MOST = 16_384;

const LABELS =
  'password|passwort|kennwort|passwd|pwd|passphrase|mot de passe|mdp|contraseña|contrasena|clave de acceso|parola d.ordine|senha|' +
  'wachtwoord|hasło|haslo|api[ _-]?key|api[ _-]?token|access[ _-]?key|access[ _-]?token|secret[ _-]?key|client[ _-]?secret|secret|auth[ _-]?token|bearer|pin code|pincode';
/** First words of those. */
const LABEL_WORDS = new WordList(
  'password passwort kennwort passwd pwd passphrase mot mdp contrasena clave parola senha wachtwoord haslo api apikey apitoken ' +
    'access accesskey accesstoken secret secretkey client clientsecret auth authtoken bearer pin pincode',
);
/** `password: …`, `Passwort lautet …`, `api_key=…`. */
const LABELLED = new OpenedPattern(
  new RegExp(
    String.raw`(?<![\p{L}\p{N}])(?:${LABELS})["']?\s{0,3}(?:[:=]|\s(?:is|ist|lautet|est|es|è|jest|to)\s?:?|\s?(?:is|ist|lautet)\s?now)\s{0,3}["'“„«]?([^\s"'”“»]{4,128})`,
    'iu',
  ),
  (word) => LABEL_WORDS.has(word),
);
const BEARER = /(?<![A-Za-z])Bearer ([A-Za-z0-9._~+/-]{16,2000}=*)/g;

/** Credentials: who has them can do what their owner can. */
export const secret: Recogniser = {
  name: 'secret',
  entities: [
    { name: 'CREDENTIAL' },
    { name: 'API_KEY', within: 'CREDENTIAL' },
    { name: 'PASSWORD', within: 'CREDENTIAL' },
    { name: 'PRIVATE_KEY', within: 'CREDENTIAL' },
  ],
  find(reading): Iterable<Finding> {
    const { text } = reading;
    const findings: Finding[] = [];
    if (BEGINNINGS.test(text))
      for (const { index, 0: key } of text.matchAll(KEY))
        if (/\d/.test(key))
          findings.push({
            start: index,
            end: index + key.length,
            entity: 'API_KEY',
            score: 0.95,
            evidence: ['pattern'],
          });
    if (text.includes('PRIVATE KEY')) findPrivateKeys(text, findings);
    for (const match of LABELLED.matches(reading)) findGiven(match, findings);
    if (text.includes('Bearer ')) for (const match of text.matchAll(BEARER)) findGiven(match, findings);
    return findings;
  },
};

function findPrivateKeys(text: string, findings: Finding[]): void {
  let from = 0;
  for (const { index, 0: begin } of text.matchAll(PRIVATE_KEY_BEGIN)) {
    if (index < from) continue;
    const close = text.slice(index, index + PRIVATE_KEY_MOST).indexOf('-----END ');
    const end = close === -1 ? index + begin.length : text.indexOf('-----', index + close + 9) + 5;
    from = end;
    findings.push({ start: index, end, entity: 'PRIVATE_KEY', score: 1, evidence: ['pattern'] });
  }
}

/** What stands behind a label, if it looks like a secret. */
function findGiven({ index, 0: whole, 1: given = '' }: RegExpExecArray, findings: Finding[]): void {
  const value = given.replace(/[.,;)]+$/, '');
  const kind = /key|token|secret|bearer/i.test(whole.slice(0, whole.length - given.length))
    ? 'API_KEY'
    : 'PASSWORD';
  const signs = [/\d/, /[A-Z]/, /[a-z]/, /[^A-Za-z0-9]/].filter((sign) => sign.test(value)).length;
  // "The password is wrong" tells nothing; digits, signs and both cases do.
  if (value.length < 4 || signs < 2 || /^\p{Lu}?\p{Ll}+$/u.test(value)) return;
  const start = index + whole.length - given.length;
  findings.push({ start, end: start + value.length, entity: kind, score: 0.8, evidence: ['context'] });
}
