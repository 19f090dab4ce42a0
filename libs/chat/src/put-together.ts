import type { Json, JsonObject } from '@bailiwick/domain';
import { ChatQuestion } from './chat-request.js';
import { NAMED, readLine, type LayoutLine } from './layout.js';

/** The fields of a record do not make a question: something that holds it together was masked, or left out. */
export class NoQuestion extends Error {
  override readonly name = 'NoQuestion';
}

type Node = Map<string | number, Node | Json>;

/**
 * Puts a question together from what is left of its fields. What stood in a field that is not there any more is left out with its message;
 * anything else that is missing throws `NoQuestion`, whose message quotes nothing.
 */
export function putTogether(fields: JsonObject): ChatQuestion {
  const texts = new Map<string, readonly Json[]>();
  for (const [name, value] of Object.entries(fields)) if (Array.isArray(value)) texts.set(name, value);
  const layout = texts.get('Layout');
  if (!layout) throw new NoQuestion('the record holds no layout of a question');
  const next = new Map<string, number>();
  const take = (field: string): string => {
    const index = next.get(field) ?? 0;
    next.set(field, index + 1);
    const text = texts.get(field)?.[index];
    if (typeof text !== 'string') throw new NoQuestion(`field ${field} holds fewer texts than its layout`);
    return text;
  };
  const root: Node = new Map();
  const held = new Set<Node>();
  for (const written of layout) {
    const line = typeof written === 'string' ? readLine(written) : undefined;
    if (!line) throw new NoQuestion('the layout of the question was changed: a name in it looked personal');
    if (line.field === 'Layout' || texts.has(line.field)) place(root, held, line, () => take(line.field));
  }
  for (const [field, list] of texts)
    if (field !== 'Layout' && (next.get(field) ?? 0) !== list.length)
      throw new NoQuestion(`field ${field} holds more texts than its layout`);
  const question = ChatQuestion.safeParse(build(root, held));
  if (!question.success)
    throw new NoQuestion('what the purpose leaves of the question is not a question any more');
  return question.data;
}

function place(root: Node, held: Set<Node>, line: LayoutLine, take: () => string): void {
  const keys = line.path.map((step) => (step === NAMED ? take() : step));
  const value = valueOf(line, take);
  // A number that looked personal was replaced by a text; the model's own default is better than none.
  if (value === undefined) return;
  let node = root;
  keys.forEach((key, index) => {
    if (index === keys.length - 1) {
      // An empty list or object that holds is written as the text that it was.
      node.set(key, line.held[index] ? JSON.stringify(value) : value);
      return;
    }
    const known = node.get(key);
    const inner: Node = known instanceof Map ? known : new Map();
    if (known !== inner) node.set(key, inner);
    if (line.held[index]) held.add(inner);
    node = inner;
  });
}

function valueOf({ kind, literal }: LayoutLine, take: () => string): Json | undefined {
  if (kind === 'text') return take();
  const text = kind === 'is' ? literal : take();
  try {
    return JSON.parse(text) as Json;
  } catch {
    if (kind === 'json') return undefined;
    throw new NoQuestion('the layout of the question was changed: a word of it looked personal');
  }
}

function build(node: Node, held: ReadonlySet<Node>): Json {
  const members = [...node].map(
    ([key, value]) => [key, value instanceof Map ? build(value, held) : value] as const,
  );
  const isList = typeof members[0]?.[0] === 'number';
  const value: Json = isList ? members.map(([, item]) => item) : Object.fromEntries(members);
  return held.has(node) ? JSON.stringify(value) : value;
}
