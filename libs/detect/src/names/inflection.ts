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
