import { LONGEST_VECTOR, encodeVector, type EmbeddingAnswer, type EmbeddingQuestion } from '@bailiwick/chat';
import { BailiwickError } from '@bailiwick/platform';
import { z } from 'zod';
import { parseJson, type ModelQuestion, type PoolCall, type Told } from './pool-call.js';

/** `POST /v1/embeddings`. Vectors are asked for in numbers, which every engine knows how to tell. */
export const embeddingCall = ({
  asked,
  ...question
}: ModelQuestion<EmbeddingQuestion>): PoolCall<EmbeddingAnswer> => ({
  ...question,
  operation: 'embeddings',
  path: '/v1/embeddings',
  asked: { ...asked, encoding_format: 'float' },
  read: (body) => parseEmbeddings(body, asked),
});

/** Largest number that a vector of 32-bit floats can hold. */
const LARGEST = 3.4e38;

const List = z.object({
  data: z.array(
    z.object({
      index: z.int().nonnegative(),
      embedding: z.array(z.number().min(-LARGEST).max(LARGEST)).min(1).max(LONGEST_VECTOR),
    }),
  ),
  usage: z.object({ prompt_tokens: z.int().nonnegative() }).nullish(),
});

/** Reads a list of embeddings. Throws `output-invalid` unless it is one vector of one length for each text that was asked about. */
export function parseEmbeddings(
  body: string,
  { input, dimensions }: EmbeddingQuestion,
): Told<EmbeddingAnswer> {
  const { data: list } = List.safeParse(parseJson(body));
  if (!list) throw new BailiwickError('output-invalid', 'the pool sent no embeddings');
  const vectors = input.map((_, text) => list.data.find(({ index }) => index === text)?.embedding ?? []);
  const length = dimensions ?? vectors[0]?.length ?? 0;
  if (list.data.length !== input.length || vectors.some((vector) => vector.length !== length || length === 0))
    throw new BailiwickError('output-invalid', 'the pool sent no vector of that length for each text');
  return {
    answer: { embeddings: vectors.map(encodeVector) },
    inputTokens: list.usage?.prompt_tokens ?? 0,
    outputTokens: 0,
  };
}
