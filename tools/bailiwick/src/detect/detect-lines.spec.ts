import { PassThrough, Readable, Writable } from 'node:stream';
import { createDetector } from '@bailiwick/detect';
import { describe, expect, test } from 'vitest';
import { LINE_MOST, detectLines } from './detect-lines.js';

const detect = createDetector({ entities: ['EMAIL_ADDRESS'] });

async function run(...chunks: readonly string[]) {
  const out: string[] = [];
  const errors: string[] = [];
  const output = new Writable({
    write(chunk: Buffer, _encoding, done) {
      out.push(chunk.toString());
      done();
    },
  });
  const wrong = await detectLines(Readable.from(chunks), output, (line) => void errors.push(line), detect);
  return { out: out.map((line) => JSON.parse(line) as unknown), errors, wrong };
}

describe('detect', () => {
  test('answers each line by its id, in order, however the input is cut', async () => {
    const { out, wrong } = await run(
      '{"id":"a","text":"write to x@exa',
      'mple.com"}\n\n{"id":2,"te',
      'xt":"nothing"}',
    );
    expect(wrong).toBe(0);
    expect(out).toEqual([
      {
        id: 'a',
        spans: [
          {
            start: 9,
            end: 22,
            entity: 'EMAIL_ADDRESS',
            score: expect.any(Number),
            recognizer: expect.any(String),
          },
        ],
      },
      { id: 2, spans: [] },
    ]);
  });

  test('names a wrong line by its number, never by its content, and goes on', async () => {
    const { out, errors, wrong } = await run(
      '{"id":"a","text":"secret-1"\n{"text":"secret-2"}\n{"id":1,"text":7}\n["secret-3"]\n{"id":"b","text":""}\n',
    );
    expect(errors.map((line) => JSON.parse(line) as unknown)).toEqual([
      { line: 1, error: 'not JSON' },
      { line: 2, error: 'id must be a string or a number' },
      { line: 3, error: 'text must be a string' },
      { line: 4, error: 'a JSON object with id and text is expected' },
    ]);
    expect(errors.join('')).not.toContain('secret');
    expect(wrong).toBe(4);
    expect(out).toEqual([{ id: 'b', spans: [] }]);
  });

  test('skips a line that is too long without keeping it', async () => {
    const piece = 'x'.repeat(LINE_MOST / 2);
    const { errors, out } = await run(piece, piece, piece, '\n{"id":1,"text":""}\n');
    expect(errors).toEqual([`{"line":1,"error":"longer than ${LINE_MOST} characters"}`]);
    expect(out).toEqual([{ id: 1, spans: [] }]);
  });

  test('reads on only when its output takes more', async () => {
    let read = 0;
    const input = Readable.from(
      (function* () {
        for (; read < 10_000; read++) yield `{"id":${read},"text":"a"}\n`;
      })(),
      { highWaterMark: 1 },
    );
    const output = new PassThrough({ highWaterMark: 256 });
    const done = detectLines(input, output, () => undefined, detect);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(read).toBeLessThan(100);
    output.resume();
    expect(await done).toBe(0);
    expect(read).toBe(10_000);
  });
});
