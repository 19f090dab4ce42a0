import { createHash } from 'node:crypto';
import { MinimisedRecord } from '@bailiwick/contracts';
import { pseudonymsIn } from '@bailiwick/custody';
import { CERTAIN_ENTITIES, CERTAIN_SCORE, createDetector, type Detector } from '@bailiwick/detect';
import { JsonObject, sensitivityRank, type Json, type Purpose, type Sensitivity } from '@bailiwick/domain';

/** What the minimised bytes of a record are, seen once more before they leave. */
export type DepartingContent =
  | { readonly ok: true; readonly fields: readonly string[] }
  /** The bytes are not those that the receipt states. */
  | { readonly ok: false; readonly wrong: 'altered' }
  /** A field holds what is more sensitive than the transfer permits, whatever its label says. */
  | { readonly ok: false; readonly wrong: 'too-sensitive'; readonly field: string; readonly entity: string };

/** Kinds that are looked for: what proves somebody's data, and the names that no check digit proves. */
const LOOKED_FOR = [...CERTAIN_ENTITIES, 'PERSON', 'STREET_ADDRESS'];
/** Least sensitivity of a field that holds such a value; every other kind that is looked for is Restricted. */
const CONTACT: ReadonlySet<string> = new Set([
  'EMAIL_ADDRESS',
  'PHONE_NUMBER',
  'PERSON',
  'STREET_ADDRESS',
  'IP_ADDRESS',
  'MAC_ADDRESS',
]);
const sensitivityOf = (entity: string): Sensitivity => (CONTACT.has(entity) ? 'Confidential' : 'Restricted');

const detectors = new WeakMap<Purpose, Detector>();

/** A purpose's own list of what is never personal holds here too; what else it leaves out of its search does not. */
function detectorOf(purpose: Purpose): Detector {
  const allow = purpose.detection?.allow ?? [];
  const detector =
    detectors.get(purpose) ?? createDetector({ entities: LOOKED_FOR, minScore: CERTAIN_SCORE, allow });
  detectors.set(purpose, detector);
  return detector;
}

/**
 * Looks at what is about to leave: that it is exactly what the receipt states (`digest`, SHA-256), and that nothing in it is
 * more sensitive than `permitted`. Pseudonyms are looked over: they say nothing outside of the home cell.
 */
export function departingContent(
  bytes: Uint8Array,
  digest: Buffer,
  purpose: Purpose,
  permitted: Sensitivity,
): DepartingContent {
  if (!createHash('sha256').update(bytes).digest().equals(digest)) return { ok: false, wrong: 'altered' };
  const fields = fieldsOf(bytes);
  if (!fields) return { ok: false, wrong: 'altered' };
  const detect = detectorOf(purpose);
  for (const [field, value] of Object.entries(fields))
    for (const text of textsOf(value)) {
      const found = detect(withoutPseudonyms(text)).find(
        ({ entity }) => sensitivityRank(sensitivityOf(entity)) > sensitivityRank(permitted),
      );
      if (found) return { ok: false, wrong: 'too-sensitive', field, entity: found.entity };
    }
  return { ok: true, fields: Object.keys(fields) };
}

function fieldsOf(bytes: Uint8Array): JsonObject | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(MinimisedRecord.decode(bytes).fieldsJson);
    return JsonObject.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

function withoutPseudonyms(text: string): string {
  let rest = text;
  for (const pseudonym of pseudonymsIn(text)) rest = rest.replaceAll(pseudonym, ' ');
  return rest;
}

function* textsOf(value: Json): Generator<string> {
  if (typeof value === 'string') yield value;
  else if (typeof value === 'number') yield String(value);
  else if (Array.isArray(value)) for (const item of value as readonly Json[]) yield* textsOf(item);
}
