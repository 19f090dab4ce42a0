const STRINGS = /"(?:[^"\\]|\\.)*"/g;

/** The series of the mesh that a PromQL expression reads, recorded ones (with a colon) included. */
export const seriesIn = (expression: string): readonly string[] => [
  ...new Set(
    [...expression.replaceAll(STRINGS, '""').matchAll(/\bbailiwick[a-z0-9_:]+/g)].map(([name]) => name),
  ),
];

/** The labels that an expression picks or groups by. */
export function labelsIn(expression: string): readonly string[] {
  const text = expression.replaceAll(STRINGS, '""');
  const picked = [...text.matchAll(/([a-z_]+)\s*(?:=~|!~|!=|=)\s*""/g)].map(([, label]) => label ?? '');
  const grouped = [...text.matchAll(/\b(?:by|without|on|ignoring)\s*\(([^)]*)\)/g)].flatMap(([, list]) =>
    (list ?? '').split(',').map((label) => label.trim()),
  );
  return [...new Set([...picked, ...grouped])].filter((label) => label !== '');
}
