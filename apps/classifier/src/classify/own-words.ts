/** What a text says by itself, without what others wrote. */
export interface OwnWords {
  readonly text: string;
  /** Parts that were left out, by kind: `EMAIL_QUOTE`, `EMAIL_SIGNATURE`. */
  readonly left: Readonly<Record<string, number>>;
}

/** Longer lines are prose: no header or greeting is one. Also keeps the patterns below from long inputs. */
const LONGEST_HEADER = 300;
/** Lines after a greeting that still are a signature, blank ones not counted. */
const LONGEST_SIGNATURE = 8;

/** German and Dutch put the name behind the verb. */
const WROTE =
  /(?:wrote|a écrit|escribió|ha scritto|napisał(?:a|\(a\))?|\b(?:schrieb|schreef)\b.{0,120})\s?:$/i;
/** A line that names a day or an address, as the lines that introduce a quote do. */
const WHEN_OR_WHO = /\d|@/;
const DIVIDER =
  /^[-_ ]{2,}(?:original message|forwarded message|ursprüngliche nachricht|weitergeleitete nachricht|message d'origine|message transféré|mensaje original|mensaje reenviado|messaggio originale|messaggio inoltrato|oorspronkelijk bericht|doorgestuurd bericht|oryginalna wiadomość|wiadomość oryginalna)[-_ ]{2,}$/i;
const FROM = /^\*?(?:from|von|de|da|van|od)\s?:\*?\s/i;
const SENT = /^\*?(?:sent|date|gesendet|datum|envoyé|enviado|fecha|inviato|data|verzonden|wysłano)\s?:\*?\s/i;
const SIGNATURE = /^-- ?$/;
const SENT_FROM =
  /^(?:sent from my|gesendet von meinem|von meinem \S{1,20} gesendet|envoyé de mon|enviado desde mi|inviato da(?:l mio)?|verzonden vanaf mijn|wysłane z)\b.{0,60}$/i;
const GREETING =
  /^(?:(?:with )?(?:kind|best|warm) (?:regards|wishes)|(?:best )?regards|yours (?:sincerely|faithfully|truly)|sincerely(?: yours)?|mit (?:freundlichen|besten|herzlichen) grüßen|(?:viele|beste|liebe|freundliche) grüße|cordialement|bien (?:cordialement|à vous)|(?:un )?(?:cordial saludo|saludo cordial)|saludos(?: cordiales)?|atentamente|(?:cordiali|distinti) saluti|met vriendelijke groet(?:en)?|hartelijke groet(?:en)?|z poważaniem|(?:serdecznie )?pozdrawiam|z wyrazami szacunku)[,.!]?$/i;

const short = (line: string): boolean => line.length <= LONGEST_HEADER;

/** True where a quoted message begins that is introduced by its sender's and date's lines. */
function isHeaderBlock(lines: readonly string[], at: number): boolean {
  return (
    FROM.test(lines[at] ?? '') && lines.slice(at + 1, at + 4).some((line) => short(line) && SENT.test(line))
  );
}

/** Lines of an introduction such as `On 3 May Ana wrote:`, which mail programs break in two; 0 when there is none. */
function introduction(lines: readonly string[], at: number): number {
  const one = lines[at]?.trim() ?? '';
  if (one === '' || !short(one)) return 0;
  if (WROTE.test(one)) return WHEN_OR_WHO.test(one) ? 1 : 0;
  const both = `${one} ${lines[at + 1]?.trim() ?? ''}`;
  return short(both) && WROTE.test(both) && WHEN_OR_WHO.test(one) ? 2 : 0;
}

const isQuoted = (line: string | undefined): boolean => line?.startsWith('>') ?? false;

/** Leaves out quoted lines, and all that follows where a mail program puts the whole earlier message below. */
function withoutQuotes(lines: readonly string[]): { readonly own: string[]; readonly quotes: number } {
  const own: string[] = [];
  let quotes = 0;
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? '';
    if (isQuoted(line)) {
      if (!isQuoted(lines[at - 1])) quotes++;
      continue;
    }
    const introduced = introduction(lines, at);
    if (introduced > 0) {
      const next = lines.slice(at + introduced, at + introduced + 3).find((after) => after.trim() !== '');
      if (next !== undefined && !isQuoted(next)) return { own, quotes: quotes + 1 };
      at += introduced - 1;
    } else if (short(line) && (DIVIDER.test(line.trim()) || isHeaderBlock(lines, at))) {
      return { own, quotes: quotes + 1 };
    } else {
      own.push(line);
    }
  }
  return { own, quotes };
}

/** Where the signature begins, or the end: after its own mark, or after a greeting with a few lines below. */
function signatureAt(lines: readonly string[]): number {
  let below = 0;
  let greeted = lines.length;
  for (let at = lines.length - 1; at >= 0 && below <= LONGEST_SIGNATURE; at--) {
    const line = lines[at]?.trim() ?? '';
    if (line === '') continue;
    if (short(line) && (GREETING.test(line) || SENT_FROM.test(line))) greeted = at;
    below++;
  }
  const marked = lines.findIndex((line) => SIGNATURE.test(line));
  return marked === -1 ? greeted : Math.min(marked, greeted);
}

/**
 * Leaves out of a text what a mail program or another person put into it: quoted earlier messages and the signature, in seven
 * languages. A text without such lines is given back as it is. Linear in the length of the text.
 */
export function ownWords(text: string): OwnWords {
  const lines = text.split(/\r?\n/);
  const { own, quotes } = withoutQuotes(lines);
  const end = signatureAt(own);
  const signature = own.slice(end).some((line) => line.trim() !== '');
  if (quotes === 0 && !signature) return { text, left: {} };
  return {
    text: own.slice(0, end).join('\n').trimEnd(),
    left: { ...(quotes > 0 && { EMAIL_QUOTE: quotes }), ...(signature && { EMAIL_SIGNATURE: 1 }) },
  };
}
