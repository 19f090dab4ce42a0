/** What a text of a question is to it, and so the field in which it is classified. */
export type ChatField = 'Instructions' | 'Messages' | 'Calls' | 'Tools';

/** One step into a question: a place in a list, a name that is plain, or a name that is a text itself (`~`) and classified as one. */
export type Step = number | string | typeof NAMED;
/** Stands for a name that is kept among the texts, because it could be anything. */
export const NAMED = Symbol('a name among the texts');

/**
 * One line of a layout: where a value of the question goes. `text` takes the next text of its field, `json` takes it and reads it as JSON,
 * `is` says the value itself, which is a word of the protocol.
 */
export interface LayoutLine {
  readonly kind: 'text' | 'json' | 'is';
  readonly field: ChatField | 'Layout';
  readonly path: readonly Step[];
  /** True for each step of the path whose value is a string that holds JSON. */
  readonly held: readonly boolean[];
  /** JSON text of what the value is; empty for `text` and `json`. */
  readonly literal: string;
}

/** Names that are written into the layout as they are. Detectors read it too, and what they find in it stops the request. */
export const PLAIN = /^[A-Za-z_$][A-Za-z0-9_$-]{0,63}$/;
const LINE = /^(text|json|is) (Instructions|Messages|Calls|Tools|Layout) ([^ ]+)(?: (.+))?$/s;

/** Steps are apart by `>`, which makes of no two names an address or a date. */
export function writeLine({ kind, field, path, held, literal }: LayoutLine): string {
  const steps = path.map((step, index) => `${step === NAMED ? '~' : step}${held[index] ? '!' : ''}`);
  return [kind, field, steps.join('>'), ...(kind === 'is' ? [literal] : [])].join(' ');
}

/** Reads a line; undefined when it is none, for example because something in it was masked. */
export function readLine(line: string): LayoutLine | undefined {
  const [, kind, field, steps, literal = ''] = LINE.exec(line) ?? [];
  if (!kind || !steps || (kind === 'is') !== (literal !== '')) return undefined;
  const path: Step[] = [];
  const held: boolean[] = [];
  for (const written of steps.split('>')) {
    const holds = written.endsWith('!');
    const step = holds ? written.slice(0, -1) : written;
    if (step === '~') path.push(NAMED);
    else if (/^(0|[1-9][0-9]{0,4})$/.test(step)) path.push(Number(step));
    else if (PLAIN.test(step)) path.push(step);
    else return undefined;
    held.push(holds);
  }
  return { kind: kind as LayoutLine['kind'], field: field as LayoutLine['field'], path, held, literal };
}
