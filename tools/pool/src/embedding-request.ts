import { z } from 'zod';
import { parseRequest } from './parse-request.js';

/** Texts at most in one request. */
const MOST_TEXTS = 2048;

/** Fields that are not named here do not change an answer and are ignored, as OpenAI's clients expect. */
const embeddingRequest = z.object({
  model: z.string().min(1),
  input: z.union([z.string().min(1), z.array(z.string().min(1)).min(1).max(MOST_TEXTS)]),
  encoding_format: z.enum(['float', 'base64']).nullish(),
  /** The models here have vectors of one length. */
  dimensions: z.null().optional(),
});

/** A request for vectors of texts. */
export interface EmbeddingRequest {
  readonly model: string;
  readonly texts: readonly string[];
  /** Whether vectors are written as base64 of 32-bit floats, and not as lists of numbers. */
  readonly base64: boolean;
}

/** Parses a request body; the error names the field that is wrong and never repeats what it held. */
export function parseEmbeddingRequest(body: Buffer): EmbeddingRequest {
  const { model, input, encoding_format: format } = parseRequest(embeddingRequest, body);
  return { model, texts: typeof input === 'string' ? [input] : input, base64: format === 'base64' };
}
