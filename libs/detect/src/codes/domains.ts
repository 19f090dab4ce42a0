/**
 * Ends of domain names that are taken for one without `www.` or a scheme: every country's (ISO 3166-1, as IANA delegates
 * them) but those that are better known as the end of a file's name or as a word, and the generic ones in common use.
 */
const ENDS = new Set(
  (
    'com org net info biz edu gov mil int eu io app dev cloud online shop store site tech agency blog email group company gmbh berlin ' +
    'hamburg koeln bayern wien swiss paris london amsterdam ngo museum travel jobs pro name law bank finance consulting solutions ' +
    'services systems software digital media design studio health care clinic hotel restaurant ' +
    'ac ad ae af ag ai al am ao ar at au aw az ba bb bd be bf bg bh bi bj bm bn bo br bs bt bw by bz ca cd cf cg ch ci ck cl ' +
    'cm cn co cr cu cv cw cy cz de dj dk dm do dz ec ee eg er es et fi fj fk fm fo fr ga gd ge gf gg gh gi gl gm gn gp gq gr gt ' +
    'gu gw gy hk hn hr ht hu ie il im iq ir it je jm jo jp ke kg kh ki km kn kp kr kw ky kz la lb lc li lk lr ls lt lu lv ly ' +
    'ma mc mg mh mk ml mm mn mo mp mq mr mt mu mv mw mx my mz na nc ne nf ng ni nl no np nr nu nz om pa pe pf pg ph pk pl pm pr ' +
    'pt pw py qa re ro ru rw sa sb sc sd se sg si sk sl sm sn sr st su sv sx sy sz tc td tg th tj tk tl tm tn to tr tt tv tw tz ' +
    'ua ug uk us uy uz va vc ve vg vi vn vu wf ws ye yt za zm zw'
  ).split(' '),
);
/** Ends that files have too, or that two sentences without a space between them make: `main.py`, `done.It`. */
const DOUBTFUL = new Set([
  'py',
  'ml',
  'in',
  'is',
  'so',
  'me',
  'am',
  'at',
  'it',
  'to',
  'no',
  'be',
  'my',
  'do',
  'us',
  'as',
  'so',
  'name',
  'la',
  'de',
]);

const LABEL = /^[\p{L}\p{N}](?:[\p{L}\p{N}\p{M}-]{0,61}[\p{L}\p{N}\p{M}])?$/u;

const LABELS_MOST = 10;

/** Whether labels joined by full stops are a domain name that nothing else announces. */
export function isDomain(name: string): boolean {
  const end = name.slice(name.lastIndexOf('.') + 1);
  // People write them small; `Ende.Es` and `S.A.de` are sentences and abbreviations.
  if (end !== end.toLowerCase() || !(ENDS.has(end) || end.startsWith('xn--'))) return false;
  const labels = name.split('.');
  if (labels.length > LABELS_MOST || !labels.every((label) => LABEL.test(label))) return false;
  const core = labels.at(-2) ?? '';
  if (core.length < 2 || !/\p{L}/u.test(core)) return false;
  if (!DOUBTFUL.has(end) || labels.length > 2 || core.includes('-')) return true;
  return name === name.toLowerCase() && core.length > (end === 'de' ? 3 : 5);
}
