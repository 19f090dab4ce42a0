import { languagesOf } from './languages.js';
import { Reading } from './reading.js';
import { RECOGNISERS } from './recognisers.js';
import type { EntityKind, Finding, Identity, Level, Recogniser, Scope } from './recogniser.js';
import { withoutOverlaps, type Span } from './span.js';

/** What is looked for, and how. Everything may be left out. */
export interface DetectorSettings {
  /** Names of entity kinds; those of personal data, with towns and firms at level thorough, when absent. A kind brings the kinds within it. */
  readonly entities?: readonly string[];
  /** Countries (ISO 3166-1 alpha-2) whose numbering plans are tried; all when absent. */
  readonly countries?: readonly string[];
  /** Languages (ISO 639-1) whose words help to find people, places and firms; all that are known when absent. */
  readonly languages?: readonly string[];
  readonly level?: Level;
  /** Least score of a finding, instead of each entity's own threshold. */
  readonly minScore?: number;
  /** Least score by entity; goes before `minScore`. */
  readonly thresholds?: Readonly<Record<string, number>>;
  /** Values that are never personal, such as the tenant's own hotline: compared whole, whatever the case. */
  readonly allow?: readonly string[];
  /** Values that always are, by entity. */
  readonly deny?: Readonly<Record<string, readonly string[]>>;
}

/** Finds what its settings ask for. */
export type Detector = (text: string, identities?: readonly Identity[]) => readonly Span[];

/** A setting names an entity kind that no recogniser finds. */
export class UnknownEntity extends Error {
  override readonly name = 'UnknownEntity';
  constructor(readonly entity: string) {
    super(`no recogniser finds ${entity}`);
  }
}

/** Every kind that can be found, by name. */
export const ENTITIES: ReadonlyMap<string, EntityKind> = new Map(
  RECOGNISERS.flatMap(({ entities }) => entities.map((kind) => [kind.name, kind] as const)),
);

/** Names of all recognisers, as spans tell them. */
export const RECOGNISER_NAMES: readonly string[] = RECOGNISERS.map(({ name }) => name);

const DEFAULT_THRESHOLD = 0.5;
const NOBODY: readonly Identity[] = [];

/**
 * Makes a detector: the same spans for the same text and identities, in order, without overlaps, in time linear in the
 * text's length. Throws `UnknownEntity`.
 */
export function createDetector(settings: DetectorSettings = {}): Detector {
  const { minScore, thresholds = {}, deny = {}, level = 'standard' } = settings;
  for (const name of [...(settings.entities ?? []), ...Object.keys(thresholds), ...Object.keys(deny)])
    if (!ENTITIES.has(name)) throw new UnknownEntity(name);
  const leastOf = new Map<string, number>();
  for (const kind of ENTITIES.values())
    if (isAsked(kind, settings.entities, level))
      leastOf.set(kind.name, thresholds[kind.name] ?? minScore ?? kind.threshold ?? DEFAULT_THRESHOLD);
  // The field catalog may name kinds of its own for what a record's fields hold.
  const ofRecord = settings.entities ? Number.POSITIVE_INFINITY : (minScore ?? DEFAULT_THRESHOLD);
  const least = ({ entity, evidence }: Finding): number =>
    leastOf.get(entity) ?? (evidence.includes('record') ? ofRecord : Number.POSITIVE_INFINITY);
  const recognisers = RECOGNISERS.filter(({ entities }) => entities.some(({ name }) => leastOf.has(name)));
  const allowed = new Set(settings.allow?.map((value) => value.toLowerCase()));
  const denied = Object.entries(deny).flatMap(([entity, values]) =>
    values.map((value) => ({ entity, value, evidence: 'deny-list' as const })),
  );
  const scope: Omit<Scope, 'identities'> = {
    countries: settings.countries ? new Set(settings.countries) : null,
    level,
  };
  const languages = languagesOf(settings.languages ?? null);
  return (text, identities = NOBODY) => {
    const known = denied.length === 0 ? identities : [...denied, ...identities];
    const spans = spansOf(new Reading(text, languages), { ...scope, identities: known }, recognisers, least);
    return withoutOverlaps(
      allowed.size === 0
        ? spans
        : spans.filter(({ start, end }) => !allowed.has(text.slice(start, end).toLowerCase())),
    );
  };
}

function spansOf(
  reading: Reading,
  scope: Scope,
  recognisers: readonly Recogniser[],
  least: (finding: Finding) => number,
): readonly Span[] {
  const spans: Span[] = [];
  for (const { name, find } of recognisers)
    for (const finding of find(reading, scope))
      if (finding.score >= least(finding)) spans.push({ ...finding, recogniser: name });
  return spans;
}

function isAsked(
  { name, within, personal }: EntityKind,
  asked: readonly string[] | undefined,
  level: Level,
): boolean {
  if (!asked) return personal === undefined || personal === level;
  return asked.includes(name) || (within !== undefined && asked.includes(within));
}
