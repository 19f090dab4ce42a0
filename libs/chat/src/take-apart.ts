import type { Json, JsonObject } from '@bailiwick/domain';
import type { ChatMessage, ChatQuestion } from './chat-request.js';
import { NAMED, PLAIN, writeLine, type ChatField, type LayoutLine, type Step } from './layout.js';

/** Fields of a chat as a record: `Layout` says where each text of the others goes. */
export type ChatFields = Readonly<Partial<Record<ChatField | 'Layout', readonly string[]>>>;

/** Members whose values are words of the protocol, and whose texts are the question's own. */
const WORDS = new Set(['role', 'type']);
const INSTRUCTIONS = new Set(['system', 'developer']);

/**
 * Takes a question apart into lists of texts, which can be classified and minimised like the fields of any record, and the layout that puts
 * what is left of them together again. Every string is among the texts but the protocol's own words.
 */
export function takeApart(question: ChatQuestion): ChatFields {
  const parts = new Parts();
  const { messages, tools, tool_choice, response_format, stop, ...settings } = question;
  messages.forEach((message, index) => takeMessage(parts, message, index));
  parts.take('Tools', ['tools'], tools as Json | undefined);
  if (typeof tool_choice === 'string') parts.is('Layout', ['tool_choice'], tool_choice);
  else parts.take('Tools', ['tool_choice'], tool_choice as Json | undefined);
  if (response_format?.type === 'json_schema')
    parts.take('Tools', ['response_format'], response_format as unknown as Json);
  else if (response_format) parts.is('Layout', ['response_format', 'type'], response_format.type);
  parts.take('Tools', ['stop'], stop as Json | undefined);
  for (const [name, value] of Object.entries(settings))
    if (value !== null && value !== undefined) parts.is('Layout', [name], value);
  return parts.fields();
}

function takeMessage(parts: Parts, message: ChatMessage, index: number): void {
  const said: ChatField = INSTRUCTIONS.has(message.role) ? 'Instructions' : 'Messages';
  const at = ['messages', index];
  const { role, ...rest } = message;
  const { tool_calls, ...members } = rest as { tool_calls?: Json } & JsonObject;
  const called = tool_calls !== undefined && typeof message.content !== 'string';
  parts.is(called ? 'Calls' : said, [...at, 'role'], role);
  for (const [name, value] of Object.entries(members))
    parts.take(called ? 'Calls' : said, [...at, name], value);
  parts.take('Calls', [...at, 'tool_calls'], tool_calls);
}

class Parts {
  readonly #layout: string[] = [];
  readonly #texts: Record<ChatField, string[]> = { Instructions: [], Messages: [], Calls: [], Tools: [] };

  fields(): ChatFields {
    const present = Object.entries(this.#texts).filter(([, texts]) => texts.length > 0);
    return { Layout: this.#layout, ...Object.fromEntries(present) };
  }

  is(field: LayoutLine['field'], path: readonly Step[], value: Json): void {
    this.#line('is', field, path, [], JSON.stringify(value));
  }

  /** Takes a value with all that is in it. `names` are those of its names that are kept among the texts. */
  take(
    field: ChatField,
    path: readonly Step[],
    value: Json | undefined,
    held: readonly number[] = [],
    names: readonly string[] = [],
  ): void {
    if (value === undefined) return;
    const last = path.at(-1);
    const texts = this.#texts[field];
    if (typeof value === 'string') {
      const inner = last === 'arguments' ? jsonIn(value) : undefined;
      if (inner) return this.take(field, path, inner, [...held, path.length - 1], names);
      if (typeof last === 'string' && WORDS.has(last) && path.length <= 5 && held.length === 0)
        return this.#line('is', field, path, held, JSON.stringify(value));
      texts.push(...names, value);
      return this.#line('text', field, path, held);
    }
    if (typeof value === 'number') {
      texts.push(...names, JSON.stringify(value));
      return this.#line('json', field, path, held);
    }
    const members = childrenOf(value);
    if (members.length === 0) {
      texts.push(...names);
      return this.#line('is', field, path, held, JSON.stringify(value));
    }
    for (const [step, member] of members) {
      const plain = typeof step === 'number' || PLAIN.test(step);
      const more = plain ? names : [...names, step];
      this.take(field, [...path, plain ? step : NAMED], member, held, more);
    }
  }

  #line(
    kind: LayoutLine['kind'],
    field: LayoutLine['field'],
    path: readonly Step[],
    held: readonly number[],
    literal = '',
  ): void {
    const holds = path.map((_, index) => held.includes(index));
    this.#layout.push(writeLine({ kind, field, path, held: holds, literal }));
  }
}

const childrenOf = (value: Json): readonly (readonly [number | string, Json])[] => {
  if (Array.isArray(value)) return (value as readonly Json[]).map((item, index) => [index, item]);
  return typeof value === 'object' && value !== null ? Object.entries(value) : [];
};

/** The object or list that a text holds as JSON, whose texts are classified one by one. */
function jsonIn(text: string): Json | undefined {
  try {
    const value = JSON.parse(text) as Json;
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
