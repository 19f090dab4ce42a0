import { setImmediate as turn } from 'node:timers/promises';
import {
  ENTITIES,
  RECOGNISER_NAMES,
  UnknownEntity,
  createDetector,
  type Detector,
  type Span,
} from '@bailiwick/detect';
import { analyzeProblem, type AnalyzeRequest } from './analyze-request.js';

/** A finding as Presidio's analyzer gives it; positions count Unicode code points, as Python does. */
export interface RecognizerResult {
  readonly start: number;
  readonly end: number;
  readonly score: number;
  readonly entity_type: string;
  readonly analysis_explanation: AnalysisExplanation | null;
  readonly recognition_metadata: {
    readonly recognizer_identifier: string;
    readonly recognizer_name: string;
  };
}

/** Why, where it was asked for. What Bailiwick does not tell apart is null. */
export interface AnalysisExplanation {
  readonly recognizer: string;
  readonly pattern_name: null;
  readonly pattern: null;
  readonly original_score: number;
  readonly score: number;
  readonly textual_explanation: string;
  readonly score_context_improvement: number;
  readonly supportive_context_word: '';
  readonly validation_result: boolean | null;
}

/** Settings of callers that are kept ready; a caller has one or few. */
const DETECTORS_MOST = 64;
const SURROGATE = /[\uD800-\uDBFF]/;

/** Finds personal data for programs that call Presidio. */
export class Analyzer {
  readonly #detectors = new Map<string, Detector>();

  /** One list of findings a text; throws `query-invalid` for an entity that nobody knows. */
  async analyze(
    request: AnalyzeRequest,
  ): Promise<readonly RecognizerResult[] | readonly (readonly RecognizerResult[])[]> {
    const { text, return_decision_process: explain } = request;
    const detect = this.#detectorOf(request);
    const one = (each: string): readonly RecognizerResult[] => {
      const position = positionsOf(each);
      return detect(each).map((span) => resultOf(span, position, explain === true));
    };
    if (typeof text === 'string') return one(text);
    const results = [];
    for (const each of text) {
      results.push(one(each));
      // Records that the stage has in hand take their turn between the texts.
      await turn();
    }
    return results;
  }

  /** Names of every entity, sorted. */
  entities(): readonly string[] {
    return [...ENTITIES.keys()].toSorted();
  }

  /** Names of every recogniser, sorted: those that findings name. */
  recognizers(): readonly string[] {
    return RECOGNISER_NAMES.toSorted();
  }

  #detectorOf({
    language,
    entities,
    score_threshold: minScore,
    allow_list: allow,
  }: AnalyzeRequest): Detector {
    const settings = {
      languages: [language],
      // Presidio takes an empty list for all of them.
      ...(entities && entities.length > 0 && { entities: entities.toSorted() }),
      ...(typeof minScore === 'number' && { minScore }),
      ...(allow && { allow }),
    };
    const key = JSON.stringify(settings);
    const known = this.#detectors.get(key);
    if (known) return known;
    try {
      const made = createDetector(settings);
      const [oldest] = this.#detectors.keys();
      if (oldest !== undefined && this.#detectors.size >= DETECTORS_MOST) this.#detectors.delete(oldest);
      this.#detectors.set(key, made);
      return made;
    } catch (thrown) {
      if (!(thrown instanceof UnknownEntity)) throw thrown;
      // The name is the caller's own text; only one that looks like an entity's is said again.
      const name = /^[A-Z][A-Z0-9_]{0,39}$/.test(thrown.entity) ? thrown.entity : 'one of the entities';
      throw analyzeProblem(
        'query-invalid',
        `entities: no recogniser finds ${name}; GET /supportedentities lists all`,
      );
    }
  }
}

/** Position in code points of a position in UTF-16 units. */
function positionsOf(text: string): (unit: number) => number {
  if (!SURROGATE.test(text)) return (unit) => unit;
  const points = new Uint32Array(text.length + 1);
  for (let unit = 0, point = 0; unit < text.length; unit++) {
    points[unit] = point;
    const isFirstHalf = (text.codePointAt(unit) ?? 0) > 0xffff;
    if (!isFirstHalf) point++;
    points[unit + 1] = point;
  }
  return (unit) => points[unit] ?? text.length;
}

const resultOf = (
  { start, end, entity, score, recogniser, evidence }: Span,
  position: (unit: number) => number,
  explain: boolean,
): RecognizerResult => ({
  start: position(start),
  end: position(end),
  score,
  entity_type: entity,
  analysis_explanation: explain
    ? {
        recognizer: recogniser,
        pattern_name: null,
        pattern: null,
        original_score: score,
        score,
        textual_explanation: `found by ${recogniser}: ${evidence.join(', ')}`,
        score_context_improvement: 0,
        supportive_context_word: '',
        validation_result: evidence.includes('check-digit') ? true : null,
      }
    : null,
  recognition_metadata: { recognizer_identifier: recogniser, recognizer_name: recogniser },
});
