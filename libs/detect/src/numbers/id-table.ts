import type { IdRule } from './id-rule.js';

interface Formed {
  readonly rule: IdRule;
  readonly pattern: RegExp | null;
}

/** The rules that a number's form leaves, found in one step. */
export class IdTable {
  /** For numbers of digits only, by their length. */
  readonly #ofDigits: (readonly IdRule[])[] = [];
  /** For others, by their form; and by their form and letters where a rule asks for some. */
  readonly #byShape = new Map<string, readonly IdRule[]>();
  readonly #literal = new Map<string, readonly Formed[]>();
  /** Those that take letters and digits in the same places, by length. */
  readonly #loose = new Map<number, readonly Formed[]>();

  constructor(rules: readonly IdRule[]) {
    for (const rule of rules)
      for (const shape of rule.shapes.split(' ')) {
        if (shape.includes('?')) this.#addPattern(this.#loose, shape.length, rule, shape);
        else if (/[a-z]/.test(shape))
          this.#addPattern(this.#literal, shape.replaceAll(/[a-z]/g, 'A'), rule, shape);
        else this.#byShape.set(shape, [...(this.#byShape.get(shape) ?? []), rule]);
      }
    for (let length = 0; length <= LENGTH_MOST; length++)
      this.#ofDigits[length] = this.#search('9'.repeat(length));
  }

  /** Rules that a number, without separators, may be judged by; `digits` of its characters are digits. */
  rulesFor(compact: string, digits: number): readonly IdRule[] {
    return digits === compact.length ? (this.#ofDigits[digits] ?? NONE) : this.#search(compact);
  }

  #search(compact: string): readonly IdRule[] {
    const shape = shapeOf(compact);
    const exact = this.#byShape.get(shape);
    const literal = this.#literal.get(shape);
    const loose = this.#loose.get(compact.length);
    if (!literal && !loose) return exact ?? NONE;
    const rules = [...(exact ?? [])];
    for (const { rule, pattern } of literal ?? [])
      if (pattern === null || pattern.test(compact)) rules.push(rule);
    for (const { rule, pattern } of loose ?? [])
      if (pattern === null || pattern.test(compact)) rules.push(rule);
    return rules;
  }

  #addPattern<Key>(to: Map<Key, readonly Formed[]>, key: Key, rule: IdRule, shape: string): void {
    to.set(key, [...(to.get(key) ?? []), { rule, pattern: patternOf(shape) }]);
  }
}

const LENGTH_MOST = 20;

const NONE: readonly IdRule[] = [];

function shapeOf(compact: string): string {
  let shape = '';
  for (let at = 0; at < compact.length; at++) shape += compact.charCodeAt(at) < 58 ? '9' : 'A';
  return shape;
}

const SIGNS: Readonly<Record<string, string>> = { '9': String.raw`\d`, '?': '[a-zA-Z0-9]', A: '[a-zA-Z]' };

/** Null where any letters and digits will do. */
const patternOf = (shape: string): RegExp | null =>
  /^\?+$/.test(shape)
    ? null
    : new RegExp(`^${shape.replaceAll(/[9?A]/g, (sign) => SIGNS[sign] ?? sign)}$`, 'i');
