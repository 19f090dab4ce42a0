import { pseudonymsIn } from '@bailiwick/custody';
import { CERTAIN_ENTITIES, CERTAIN_SCORE, createDetector, type Detector } from '@bailiwick/detect';
import type { Json, JsonObject } from '@bailiwick/domain';

/**
 * What an answer tells that it must not, in words without personal data, or null. An answer may hold the pseudonyms
 * that its question held and no personal value in clear: whatever was personal in the question is a pseudonym there,
 * so a value in clear was made up or remembered by the model. `countries` (ISO 3166-1 alpha-2) are those whose national
 * phone formats and numbers count; international ones always do.
 */
export function leakIn(
  output: JsonObject,
  question: JsonObject,
  countries: readonly string[],
): string | null {
  const detect = detectorFor(countries);
  const given = pseudonymsIn(question);
  for (const text of textsIn(output)) {
    const pseudonyms = pseudonymsIn(text);
    for (const pseudonym of pseudonyms)
      if (!given.has(pseudonym)) return 'The answer holds a pseudonym that its question did not hold.';
    let rest = text;
    for (const pseudonym of pseudonyms) rest = rest.replaceAll(pseudonym, ' ');
    const [found] = detect(rest);
    if (found) return `The answer holds personal data in clear (${found.entity}).`;
  }
  return null;
}

const detectors = new Map<string, Detector>();

/** Finds what proves a leak: an answer is not refused for a guess. Made once for each list of countries. */
function detectorFor(countries: readonly string[]): Detector {
  const key = countries.join();
  const detector =
    detectors.get(key) ?? createDetector({ entities: CERTAIN_ENTITIES, minScore: CERTAIN_SCORE, countries });
  detectors.set(key, detector);
  return detector;
}

/** Every text of a JSON value: strings, numbers as they are written, and the names of members. */
function* textsIn(value: Json): Generator<string> {
  if (typeof value === 'string') yield value;
  else if (typeof value === 'number') yield String(value);
  else if (Array.isArray(value)) for (const item of value as readonly Json[]) yield* textsIn(item);
  else if (value !== null && typeof value === 'object')
    for (const [name, member] of Object.entries(value as JsonObject)) {
      yield name;
      yield* textsIn(member);
    }
}
