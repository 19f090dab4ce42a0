import { BailiwickError } from '@bailiwick/platform';
import { z } from 'zod';

/** Texts of one request. */
const TEXTS_MOST = 1000;
/** Characters of all of them: records wait in the same process while a text is searched. */
const CHARACTERS_MOST = 1_000_000;

/**
 * A request as Presidio's analyzer takes it. Members that it may have and this interface cannot honour are refused by
 * name, because to ignore them would find less than the caller asked for. Any other member is ignored, as there.
 */
const Request = z.object({
  text: z.union([z.string(), z.array(z.string()).max(TEXTS_MOST)]),
  language: z.string().regex(/^[a-z]{2}$/),
  entities: z.array(z.string()).nullish(),
  correlation_id: z.string().nullish(),
  score_threshold: z.number().min(0).max(1).nullish(),
  return_decision_process: z.boolean().nullish(),
  allow_list: z.array(z.string()).max(1000).nullish(),
  allow_list_match: z.literal('exact').nullish(),
  regex_flags: z.int().nullish(),
  ad_hoc_recognizers: z.array(z.unknown()).max(0, 'ad hoc recognizers are not supported').nullish(),
  context: z.array(z.string()).max(0, 'context words of a request are not supported').nullish(),
});
export type AnalyzeRequest = z.infer<typeof Request>;

/** Presidio's clients read a member `error`; ours read the problem. */
export const analyzeProblem = (code: 'query-invalid' | 'body-too-large', detail: string): BailiwickError =>
  new BailiwickError(code, detail, { extensions: { error: detail } });

/** Reads a request; throws `query-invalid`, which names members and no values, or `body-too-large`. */
export function readAnalyzeRequest(body: unknown): AnalyzeRequest {
  const request = Request.safeParse(body);
  if (request.success) {
    const length = [request.data.text].flat().reduce((sum, text) => sum + text.length, 0);
    if (length <= CHARACTERS_MOST) return request.data;
    throw analyzeProblem('body-too-large', `text: at most ${CHARACTERS_MOST} characters in one request`);
  }
  const wrong = request.error.issues.map(({ path, message }) => `${String(path[0] ?? 'body')}: ${message}`);
  throw analyzeProblem('query-invalid', [...new Set(wrong)].join('; '));
}
