import type { Json, JsonObject, Purpose } from '@bailiwick/domain';

/** One message of a chat, as the OpenAI-compatible interface takes it. */
export interface ChatMessage {
  readonly role: 'system' | 'user';
  readonly content: string;
}

/** A field's value as text: what the model reads, and what a rendering inserts. Absent and null are no text. */
export function fieldText(value: Json | undefined): string | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The prompt: the purpose's system text, and a line `Label: value` for each of its fields that is there. */
export function promptOf({ system, lines }: Purpose['prompt'], fields: JsonObject): readonly ChatMessage[] {
  const present = lines.flatMap(({ label, field }) => {
    const text = Object.hasOwn(fields, field) ? fieldText(fields[field]) : undefined;
    return text === undefined ? [] : [`${label}: ${text}`];
  });
  return [
    { role: 'system', content: system },
    { role: 'user', content: present.join('\n') },
  ];
}
