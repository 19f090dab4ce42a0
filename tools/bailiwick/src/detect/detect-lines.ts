import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import type { Detector } from '@bailiwick/detect';
import { z } from 'zod';

/** Longest line in characters. A longer one is skipped as it comes, so that it cannot fill the memory. */
export const LINE_MOST = 8 * 1024 * 1024;

const Line = z.object({ id: z.union([z.string(), z.number()]), text: z.string() });

/** What is wrong with a line; never a word of what it says. */
const describe = (wrong: z.ZodError): string => {
  const names = new Set(wrong.issues.map(({ path }) => path[0]));
  if (names.has('id')) return 'id must be a string or a number';
  return names.has('text') ? 'text must be a string' : 'a JSON object with id and text is expected';
};

type Parsed = { readonly line: z.infer<typeof Line> } | { readonly error: string };

function parse(line: string): Parsed {
  let document: unknown;
  try {
    document = JSON.parse(line);
  } catch {
    return { error: 'not JSON' };
  }
  const parsed = Line.safeParse(document);
  return parsed.success ? { line: parsed.data } : { error: describe(parsed.error) };
}

/** Lines with their numbers; null for one that is too long. The last one needs no end. */
async function* linesOf(input: Readable): AsyncGenerator<readonly [number: number, line: string | null]> {
  let begun = '';
  let tooLong = false;
  let number = 0;
  const take = (piece: string): void => {
    if (tooLong || begun.length + piece.length > LINE_MOST) {
      tooLong = true;
      begun = '';
    } else begun += piece;
  };
  const end = (): readonly [number, string | null] => {
    const line = [++number, tooLong ? null : begun] as const;
    begun = '';
    tooLong = false;
    return line;
  };
  input.setEncoding('utf8');
  for await (const chunk of input as AsyncIterable<string>) {
    let from = 0;
    for (let at = chunk.indexOf('\n'); at >= 0; at = chunk.indexOf('\n', from)) {
      take(chunk.slice(from, at));
      yield end();
      from = at + 1;
    }
    take(chunk.slice(from));
  }
  if (begun !== '' || tooLong) yield end();
}

/**
 * Reads `{id, text}` lines and writes `{id, spans}` lines in the same order, reading on only when the output takes
 * more. A line that is wrong becomes `{line, error}` on the other output and the rest goes on. Returns how many were
 * wrong.
 */
export async function detectLines(
  input: Readable,
  output: Writable,
  errors: (line: string) => void,
  detect: Detector,
): Promise<number> {
  let wrong = 0;
  for await (const [number, text] of linesOf(input)) {
    if (text?.trim() === '') continue;
    const parsed: Parsed = text === null ? { error: `longer than ${LINE_MOST} characters` } : parse(text);
    if ('error' in parsed) {
      wrong++;
      errors(JSON.stringify({ line: number, error: parsed.error }));
      continue;
    }
    const spans = detect(parsed.line.text).map(({ start, end, entity, score, recogniser }) => ({
      start,
      end,
      entity,
      score,
      recognizer: recogniser,
    }));
    if (!output.write(`${JSON.stringify({ id: parsed.line.id, spans })}\n`)) await once(output, 'drain');
  }
  return wrong;
}
