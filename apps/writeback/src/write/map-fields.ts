import type { ModelOutput } from '@bailiwick/contracts';
import { JsonObject, type Json, type Purpose } from '@bailiwick/domain';
import { BailiwickError } from '@bailiwick/platform';

/**
 * Values for the CRM by the purpose's mapping: CRM field -> `output.<name>` or `rendering.<name>`. What the answer
 * does not hold is left out, so the CRM keeps what it has. Pseudonyms are still in place.
 */
export function mapFields(
  mapping: Purpose['writeback']['mapping'],
  answer: ModelOutput,
): Record<string, Json> {
  const sources = { output: outputOf(answer), rendering: answer.renderings };
  const mapped = Object.entries(mapping).flatMap(([field, path]): [string, Json][] => {
    const dot = path.indexOf('.');
    const source: JsonObject = path.startsWith('output.') ? sources.output : sources.rendering;
    const name = path.slice(dot + 1);
    const value = Object.hasOwn(source, name) ? source[name] : undefined;
    return value === undefined ? [] : [[field, value]];
  });
  return Object.fromEntries(mapped);
}

function outputOf({ outputJson }: ModelOutput): JsonObject {
  try {
    return JsonObject.parse(JSON.parse(Buffer.from(outputJson).toString('utf8')));
  } catch {
    throw new BailiwickError('output-invalid', 'the answer is not a JSON object');
  }
}
