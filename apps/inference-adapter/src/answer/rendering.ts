import type { JsonObject, Purpose } from '@bailiwick/domain';
import { fieldText } from './prompt.js';

const PLACEHOLDER = /\{\{\s*([A-Za-z0-9_.-]+)\s*\}\}/g;

/**
 * Texts made from the answer: the value of the output field chooses the template, and the minimised record, as the
 * model saw it, fills it in. A rendering whose value has no template is left out.
 */
export function render(
  renderings: Purpose['output']['renderings'],
  output: JsonObject,
  fields: JsonObject,
): Record<string, string> {
  const rendered = Object.entries(renderings).flatMap(([name, { from, templates }]) => {
    const choice = Object.hasOwn(output, from) ? fieldText(output[from]) : undefined;
    const template = choice !== undefined && Object.hasOwn(templates, choice) ? templates[choice] : undefined;
    return template === undefined ? [] : [[name, fill(template, fields)] as const];
  });
  return Object.fromEntries(rendered);
}

/** Values go in last, so that nothing in them is taken for a placeholder or tidied. */
function fill(template: string, fields: JsonObject): string {
  const textOf = (field: string): string =>
    (Object.hasOwn(fields, field) ? fieldText(fields[field]) : undefined) ?? '';
  const present = template.replaceAll(PLACEHOLDER, (placeholder, field: string) =>
    textOf(field) === '' ? '' : placeholder,
  );
  return tidy(present).replaceAll(PLACEHOLDER, (_, field: string) => textOf(field));
}

/** Closes the gap that a missing field leaves: no double space, none before punctuation, none at the ends. */
const tidy = (text: string): string =>
  text
    .replaceAll(/ {2,}/g, ' ')
    .replaceAll(/ +([,.;:!?)])/g, '$1')
    .trim();
