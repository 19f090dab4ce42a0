/** One sentence a line; `\n` is a line's end. `{p}` a person, `{f}` a first name, `{l}` a surname, `{o}` an organisation, `{c}` a town, `{n}` a country, `{a}` an address. */
export const lines = (text: string): readonly string[] =>
  text
    .split('\n')
    .map((line) => line.trim().replaceAll(String.raw`\n`, '\n'))
    .filter((line) => line !== '');
