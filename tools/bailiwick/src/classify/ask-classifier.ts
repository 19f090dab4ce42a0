import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { CliError, EXIT } from '../exit-code.js';

/** Where the classifier answers administrators, and the files of who asks. */
export interface Administrator {
  /** `https://host:port` of the classifier's BAILIWICK_API_PORT. */
  readonly url: string;
  readonly certificate: string;
  readonly key: string;
  readonly authority: string;
}

const Finding = z.object({
  value: z.int(),
  start: z.int(),
  end: z.int(),
  entity: z.string(),
  score: z.number(),
  recognizer: z.string(),
  evidence: z.array(z.string()),
});

const Field = z.object({
  name: z.string(),
  category: z.string(),
  sensitivity: z.string(),
  regulations: z.array(z.string()),
  basis: z.string(),
  action: z.string(),
  /** What would be left; null when nothing would. */
  kept: z.unknown(),
  findings: z.array(Finding),
});

/** What would be kept of a record, and why. */
export const Explanation = z.object({
  purposeVersion: z.int(),
  highestSensitivity: z.string(),
  categories: z.array(z.string()),
  fields: z.array(Field),
});
export type Explanation = z.infer<typeof Explanation>;

const Problem = z.object({ status: z.number(), code: z.string(), detail: z.string() });

function read(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch {
    throw new CliError(EXIT.usage, `${file} cannot be read`);
  }
}

/** Asks the classifier; it keeps nothing of the question. Throws with exit code 1 when it refuses. */
export async function askClassifier(
  { url, certificate, key, authority }: Administrator,
  question: object,
): Promise<Explanation> {
  const asked = request(`${url}/v1/classify`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    cert: read(certificate),
    key: read(key),
    ca: read(authority),
    signal: AbortSignal.timeout(15_000),
  });
  asked.end(JSON.stringify(question));
  const [answer] = (await once(asked, 'response').catch(() => {
    throw new CliError(EXIT.unavailable, `the classifier does not answer this certificate (${url})`);
  })) as [IncomingMessage];
  let body: unknown;
  try {
    body = JSON.parse(await text(answer));
  } catch {
    body = null;
  }
  const explanation = Explanation.safeParse(body);
  if (answer.statusCode === 200 && explanation.success) return explanation.data;
  const problem = Problem.safeParse(body).data;
  throw new CliError(
    EXIT.no,
    problem
      ? `refused with ${problem.status} ${problem.code}: ${problem.detail}`
      : `the classifier answered ${answer.statusCode}`,
  );
}
