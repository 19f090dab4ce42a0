/** An identifier as a CRM's schema has them, dotted when nested. */
const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_.]{0,79}$/;

/**
 * Names by which fields are known outside the sealed record. A careless producer can make personal data a field's
 * name, so one that is not listed is shown only when it looks like an identifier and nothing is found in it.
 */
export function publicNames(
  names: readonly string[],
  isListed: (name: string) => boolean,
  isPersonal: (name: string) => boolean,
): ReadonlyMap<string, string> {
  let unlisted = 0;
  const taken = new Set(names);
  const hidden = (): string => {
    for (;;) {
      const name = `unlisted-${++unlisted}`;
      if (!taken.has(name)) return name;
    }
  };
  return new Map(
    names.map((name) => [
      name,
      isListed(name) || (IDENTIFIER.test(name) && !isPersonal(name)) ? name : hidden(),
    ]),
  );
}
