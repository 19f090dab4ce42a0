/**
 * Forms of names in sentences. Polish declines them all; German and English add an s. Only endings of nouns are undone,
 * each to at most a few forms, that are then looked up.
 */
const POLISH: readonly (readonly [string, readonly string[]])[] = [
  ['skiego', ['ski']],
  ['skiemu', ['ski']],
  ['skim', ['ski']],
  ['skiej', ['ska']],
  ['ska', ['ski']],
  ['ski', ['ska']],
  ['ckiego', ['cki']],
  ['ckiej', ['cka']],
  ['owie', ['ow', 'owa']],
  ['ami', ['', 'y', 'i']],
  ['ach', ['e', 'y', 'i']],
  ['owi', ['']],
  ['iem', ['', 'i']],
  ['em', ['', 'ek']],
  ['ie', ['', 'a']],
  ['iu', ['', 'ie']],
  ['ii', ['ia']],
  ['ej', ['a']],
  ['om', ['y', 'e']],
  ['a', ['']],
  ['y', ['a']],
  ['i', ['', 'a']],
  ['e', ['a']],
  ['u', ['', 'o']],
];

/** What a Polish form may come from, itself left out. */
export function baseForms(folded: string): readonly string[] {
  const found: string[] = [];
  for (const [ending, bases] of POLISH) {
    if (folded.length < ending.length + 3 || !folded.endsWith(ending)) continue;
    const stem = folded.slice(0, -ending.length);
    for (const base of bases) found.push(stem + base);
  }
  return found;
}

/** Folded forms that a name of a person has in sentences: German and English genitive, Polish and Latin-like cases. */
export function declensions(folded: string): readonly string[] {
  const stem = folded.slice(0, -1);
  const forms = [`${folded}s`, `${folded}es`, `${folded}ns`];
  if (/[sc]ki$/.test(folded))
    forms.push(`${folded}ego`, `${folded}emu`, `${folded}m`, `${stem}a`, `${folded}ej`, `${folded}ch`);
  else if (/[sc]ka$/.test(folded)) forms.push(`${stem}iej`, `${stem}i`, `${stem}iego`);
  else if (folded.endsWith('a'))
    forms.push(`${stem}y`, `${stem}ie`, `${stem}e`, `${stem}o`, `${stem}i`, `${stem}owi`);
  else {
    for (const ending of ['a', 'owi', 'em', 'iem', 'u', 'ie', 'y', 'owie', 'ow', 'om', 'ami', 'owa', 'owej'])
      forms.push(folded + ending);
    // Marek, Marka; Wilczek, Wilczkiem
    if (folded.endsWith('ek'))
      for (const ending of ['a', 'owi', 'iem', 'u', 'i']) forms.push(`${folded.slice(0, -2)}k${ending}`);
    if (folded.endsWith('ec'))
      for (const ending of ['a', 'owi', 'em', 'u']) forms.push(`${folded.slice(0, -2)}c${ending}`);
  }
  return forms;
}
