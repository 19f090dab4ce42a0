import { z } from 'zod';

const ToolCall = z.object({
  id: z.string(),
  type: z.literal('function').default('function'),
  function: z.object({ name: z.string(), arguments: z.string() }),
});

/** The most answers that one question may want. Each is a question of its own to the model. */
export const MOST_CHOICES = 8;

const ChatChoice = z.object({
  message: z.object({
    role: z.literal('assistant').default('assistant'),
    content: z.string().nullable().default(null),
    refusal: z.string().nullish(),
    tool_calls: z.array(ToolCall).min(1).optional(),
  }),
  finish_reason: z.enum(['stop', 'length', 'tool_calls', 'content_filter']).default('stop'),
});
export type ChatChoice = z.infer<typeof ChatChoice>;

/** What a model answered to a question: the part of a completion that is checked, sealed and restored. */
export const ChatAnswer = ChatChoice.extend({
  /** The other answers, where the question wanted more than one (`n`). */
  alternatives: z
    .array(ChatChoice)
    .min(1)
    .max(MOST_CHOICES - 1)
    .optional(),
});
export type ChatAnswer = z.infer<typeof ChatAnswer>;

/** All answers to a question, in the order of their indices. */
export const choicesOf = ({ alternatives = [], ...first }: ChatAnswer): readonly ChatChoice[] => [
  first,
  ...alternatives,
];

/** Tokens of a question and its answer. */
export interface ChatUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** What a completion says beside its answer. */
export interface CompletionFrame {
  /** Bailiwick's id of the event. */
  readonly eventId: string;
  /** Model alias. */
  readonly model: string;
  /** When the answer was made. */
  readonly createdAt: Date;
  readonly usage: ChatUsage;
}

/** `usage` as the interface writes it. */
export const usageMember = ({ inputTokens, outputTokens }: ChatUsage) => ({
  prompt_tokens: inputTokens,
  completion_tokens: outputTokens,
  total_tokens: inputTokens + outputTokens,
});

/** Members that a completion and its chunks share. */
export const frameMembers = ({ eventId, model, createdAt }: CompletionFrame) => ({
  id: `chatcmpl-${eventId}`,
  created: Math.floor(createdAt.getTime() / 1000),
  model,
});

/** The answer to `POST /v1/chat/completions`. https://platform.openai.com/docs/api-reference/chat/object */
export const completion = (frame: CompletionFrame, answer: ChatAnswer) => ({
  ...frameMembers(frame),
  object: 'chat.completion' as const,
  choices: choicesOf(answer).map(({ message, finish_reason }, index) => ({
    index,
    message: { refusal: null, ...message },
    logprobs: null,
    finish_reason,
  })),
  usage: usageMember(frame.usage),
});
