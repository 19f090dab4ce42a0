import { createDetector } from '@bailiwick/detect';

/**
 * Sentences with words of the special categories of Art. 9(1) GDPR, marked, and sentences that hold such words in another
 * sense or none. Written without a look at the detector's lists, which nobody tunes on them.
 */
const SENTENCES = `
en She was diagnosed with [HEALTH diabetes] and takes [HEALTH insulin] twice a day.
en The caller is [HEALTH pregnant] and asks for a later delivery.
en He is a [RELIGION Muslim] and cannot come on Friday.
en Please note that the family is [RELIGION Jewish].
en Our contact is a member of the [TRADE_UNION union] and a shop steward.
en He left the [POLITICAL_OPINION Labour] party last year.
en She told us that her son is [SEXUAL_LIFE gay].
en We store a [BIOMETRIC fingerprint] for the door.
en Her husband had a [HEALTH stroke] in May, she is [NRP Turkish].
en The pool was closed because of the depression over the Atlantic.
en A conservative estimate is forty units, with a liberal return policy.
de Die Kundin hat [HEALTH Krebs] und ist zurzeit [HEALTH krankgeschrieben].
de Er ist [HEALTH schwerbehindert] und sitzt im [HEALTH Rollstuhl].
de Sie ist [RELIGION katholisch], er ist [RELIGION Muslim].
de Herr Vogel ist im [TRADE_UNION Betriebsrat] und in der [TRADE_UNION Gewerkschaft].
de Sie war lange Mitglied der [POLITICAL_OPINION SPD].
de Ihr Bruder ist [SEXUAL_LIFE schwul].
de Der Zutritt erfolgt mit [BIOMETRIC Fingerabdruck].
de Die Operation dauert zwei Wochen, der Techniker ist [NRP Pole].
de Die Wahl des Liefertermins liegt beim Kunden.
de Bitte den Verteiler für die Rechnung ändern.
fr La cliente est [HEALTH enceinte] et souffre de [HEALTH diabète].
fr Son mari a eu un [HEALTH infarctus] en mai.
fr Elle est [RELIGION catholique] et lui [RELIGION musulman].
fr Il est délégué du [TRADE_UNION syndicat], à la [TRADE_UNION CGT].
fr Il vote [POLITICAL_OPINION socialiste] depuis toujours.
fr Son fils est [SEXUAL_LIFE homosexuel].
fr La porte s'ouvre avec une [BIOMETRIC empreinte] digitale.
fr Le service des achats attend la livraison.
es La clienta está [HEALTH embarazada] y tiene [HEALTH diabetes].
es Su marido está [HEALTH enfermo] de [HEALTH cáncer].
es Ella es [RELIGION católica] y él es [RELIGION judío].
es Es delegado del [TRADE_UNION sindicato], de [TRADE_UNION CCOO].
es Es votante [POLITICAL_OPINION socialista].
es Su hijo es [SEXUAL_LIFE homosexual].
es La puerta se abre con la [BIOMETRIC huella] dactilar.
es El pedido llega el lunes con otra factura.
it La cliente è [HEALTH incinta] e ha il [HEALTH diabete].
it Il marito ha avuto un [HEALTH infarto].
it Lei è [RELIGION cattolica], lui è [RELIGION musulmano].
it È delegato del [TRADE_UNION sindacato], della [TRADE_UNION CGIL].
it È un elettore [POLITICAL_OPINION comunista].
it Suo figlio è [SEXUAL_LIFE omosessuale].
it La porta si apre con l'[BIOMETRIC impronta] digitale.
it L'ordine arriva lunedì con un'altra fattura.
nl De klant is [HEALTH zwanger] en heeft [HEALTH suikerziekte].
nl Haar man kreeg een [HEALTH hartinfarct].
nl Zij is [RELIGION katholiek], hij is [RELIGION moslim].
nl Hij zit in de [TRADE_UNION ondernemingsraad] en bij de [TRADE_UNION vakbond].
nl Hij stemt al jaren [POLITICAL_OPINION VVD].
nl Haar zoon is [SEXUAL_LIFE homoseksueel].
nl De deur gaat open met een [BIOMETRIC vingerafdruk].
nl De bestelling komt maandag met een andere factuur.
pl Klientka jest w [HEALTH ciąży] i ma [HEALTH cukrzycę].
pl Mąż miał [HEALTH zawał] w maju.
pl Ona jest [RELIGION katoliczką], on jest [RELIGION muzułmaninem].
pl Jest działaczem [TRADE_UNION związkowym], z [TRADE_UNION Solidarności].
pl Głosuje na [POLITICAL_OPINION lewicę].
pl Jego brat jest [SEXUAL_LIFE gejem].
pl Drzwi otwiera [BIOMETRIC odcisk] palca.
pl Zamówienie przyjdzie w poniedziałek z inną fakturą.
`;

const CATEGORIES = [
  'HEALTH',
  'RELIGION',
  'POLITICAL_OPINION',
  'TRADE_UNION',
  'BIOMETRIC',
  'SEXUAL_LIFE',
  'NRP',
] as const;
const MARK = /\[([A-Z_]+) ([^\]]*)\]/g;

/** How the words of one category are found, by overlap, when they are asked for by name. */
export interface ArticleNineFigures {
  readonly category: string;
  readonly there: number;
  readonly found: number;
  /** Findings of the category in places that hold none of it. */
  readonly wrong: number;
}

/** Every category over all languages. */
export function articleNine(): readonly ArticleNineFigures[] {
  const detect = createDetector({ entities: [...CATEGORIES] });
  const counts = new Map<string, { there: number; found: number; wrong: number }>(
    CATEGORIES.map((category) => [category, { there: 0, found: 0, wrong: 0 }]),
  );
  for (const line of SENTENCES.trim().split('\n')) {
    const { text, marks } = parsed(line.slice(3));
    const spans = detect(text);
    for (const mark of marks) {
      const count = counts.get(mark.kind);
      if (!count) continue;
      count.there++;
      if (spans.some((span) => span.entity === mark.kind && overlaps(span, mark))) count.found++;
    }
    for (const span of spans) {
      const isRight = marks.some((mark) => mark.kind === span.entity && overlaps(span, mark));
      const count = counts.get(span.entity);
      if (count && !isRight) count.wrong++;
    }
  }
  return [...counts].map(([category, count]) => ({ category, ...count }));
}

interface Place {
  readonly start: number;
  readonly end: number;
}
const overlaps = (a: Place, b: Place): boolean => a.start < b.end && b.start < a.end;

function parsed(line: string): { text: string; marks: readonly (Place & { readonly kind: string })[] } {
  const marks: (Place & { readonly kind: string })[] = [];
  let text = '';
  let position = 0;
  for (const { index, 0: whole, 1: kind = '', 2: value = '' } of line.matchAll(MARK)) {
    text += line.slice(position, index);
    marks.push({ start: text.length, end: text.length + value.length, kind });
    text += value;
    position = index + whole.length;
  }
  return { text: text + line.slice(position), marks };
}

/** The figures as one line for people. */
export const articleNineLine = (figures: readonly ArticleNineFigures[]): string =>
  `Art. 9 words (found of those there, wrong): ${figures
    .map(({ category, there, found, wrong }) => `${category} ${found}/${there}, ${wrong}`)
    .join('; ')}`;
