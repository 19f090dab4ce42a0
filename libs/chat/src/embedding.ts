import type { JsonObject } from '@bailiwick/domain';
import { z } from 'zod';
import { usageMember, type CompletionFrame } from './chat-answer.js';
import { NoQuestion } from './put-together.js';

/** Texts at most in one request: vectors of the longest kind for all of them still are one message of the mesh. */
export const MOST_TEXTS = 32;

/** Numbers at most in one vector. */
export const LONGEST_VECTOR = 4096;

/**
 * Body of `POST /v1/embeddings`, as far as a governed answer can keep it. Lists of tokens are refused: nothing here finds personal data in
 * them. https://platform.openai.com/docs/api-reference/embeddings/create
 */
export const EmbeddingRequest = z.strictObject({
  /** Alias of a model that one of the client's purposes asks for. */
  model: z.string().min(1).max(200),
  input: z.union([z.string().min(1), z.array(z.string().min(1)).min(1).max(MOST_TEXTS)]),
  /** Length of the vectors, where the model can shorten them. */
  dimensions: z.int().min(1).max(LONGEST_VECTOR).nullish(),
  encoding_format: z.enum(['float', 'base64']).nullish(),
  /** Whom the texts are about: the data subject, whose erasure erases them. The request itself when absent. */
  user: z.string().min(1).max(512).optional(),
});
export type EmbeddingRequest = z.infer<typeof EmbeddingRequest>;

/** What of a request a model sees, beside its name. */
export interface EmbeddingQuestion {
  readonly input: readonly string[];
  readonly dimensions?: number;
}

/** The fields of a request as a record: `Input` is classified as free text. */
export const embeddingFields = ({ input, dimensions }: EmbeddingRequest): JsonObject => ({
  Input: typeof input === 'string' ? [input] : input,
  ...(typeof dimensions === 'number' && { Dimensions: dimensions }),
});

const Fields = z.object({
  Input: EmbeddingRequest.shape.input.options[1],
  Dimensions: EmbeddingRequest.shape.dimensions.unwrap().unwrap().optional(),
});

/** The question that a purpose leaves of a record's fields. Throws `NoQuestion`, which quotes nothing. */
export function embeddingQuestion(fields: JsonObject): EmbeddingQuestion {
  const { data } = Fields.safeParse(fields);
  if (!data) throw new NoQuestion('what the purpose leaves of the texts is no list of texts any more');
  return { input: data.Input, ...(data.Dimensions !== undefined && { dimensions: data.Dimensions }) };
}

/** Vectors in the order of their texts; each is the base64 of 32-bit floats in little-endian order, as OpenAI encodes them. */
export const EmbeddingAnswer = z.object({
  embeddings: z.array(z.base64().refine((text) => Buffer.byteLength(text, 'base64') % 4 === 0)).min(1),
});
export type EmbeddingAnswer = z.infer<typeof EmbeddingAnswer>;

/** A vector as it travels. */
export const encodeVector = (vector: readonly number[]): string =>
  Buffer.from(Float32Array.from(vector).buffer).toString('base64');

/** The numbers of a vector that travelled. */
export function decodeVector(text: string): readonly number[] {
  const bytes = Buffer.from(text, 'base64');
  return Array.from({ length: bytes.length / 4 }, (_, index) => bytes.readFloatLE(index * 4));
}

/** The answer to `POST /v1/embeddings`. https://platform.openai.com/docs/api-reference/embeddings/object */
export function embeddingList(
  { model, usage }: Pick<CompletionFrame, 'model' | 'usage'>,
  { embeddings }: EmbeddingAnswer,
  { encoding_format: format }: Pick<EmbeddingRequest, 'encoding_format'>,
) {
  const { prompt_tokens, total_tokens } = usageMember(usage);
  return {
    object: 'list' as const,
    data: embeddings.map((vector, index) => ({
      object: 'embedding' as const,
      index,
      embedding: format === 'base64' ? vector : decodeVector(vector),
    })),
    model,
    usage: { prompt_tokens, total_tokens },
  };
}
