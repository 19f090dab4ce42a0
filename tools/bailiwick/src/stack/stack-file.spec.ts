import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StackFile } from '@bailiwick/stack';
import { afterEach, beforeEach, describe, expect, expectTypeOf, test } from 'vitest';
import type { z } from 'zod';
import { CliError } from '../exit-code.js';
import { sampleStack } from '../sample.test-kit.js';
import { cellsOf, findStack, type Stack } from './stack-file.js';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'stack-file-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(text: string): void {
  mkdirSync(join(folder, '.bailiwick'));
  writeFileSync(join(folder, '.bailiwick', 'stack.json'), text);
}

/** The line and exit code with which a search for the stack ends. */
function failure(env: NodeJS.ProcessEnv = {}): { line: string; exitCode: number } {
  try {
    findStack(folder, env);
  } catch (error) {
    if (error instanceof CliError) return { line: error.message, exitCode: error.exitCode };
    throw error;
  }
  throw new Error('a stack was found');
}

test('the stack file is found from a folder below', () => {
  write(JSON.stringify(sampleStack()));
  mkdirSync(join(folder, 'apps', 'ingest'), { recursive: true });
  expect(Object.keys(findStack(join(folder, 'apps', 'ingest'), {}).cells)).toEqual(['eu-central', 'us-east']);
});

test('BAILIWICK_STACK_FILE comes before the folder', () => {
  const file = join(folder, 'elsewhere.json');
  writeFileSync(file, JSON.stringify(sampleStack()));
  expect(findStack(folder, { BAILIWICK_STACK_FILE: file }).startedAt).toBe(sampleStack().startedAt);
});

describe('no stack is said in one line, with exit code 3', () => {
  test('no file', () => {
    expect(failure()).toEqual({
      exitCode: 3,
      line: `no stack is running: there is no .bailiwick/stack.json in ${folder} or above; start one with npm start`,
    });
  });
  test('a file that is cut off', () => {
    write('{"version":');
    expect(failure()).toMatchObject({ exitCode: 3, line: expect.stringContaining('cannot be read') });
  });
  test('a file of another version, by the member that is missing', () => {
    write(JSON.stringify({ ...sampleStack(), trustFile: undefined }));
    expect(failure()).toMatchObject({
      exitCode: 3,
      line: expect.stringContaining('another version (trustFile)'),
    });
  });
  test('a stack that has ended', () => {
    write(JSON.stringify({ ...sampleStack(), supervisor: { pid: 2 ** 22 + 1 } }));
    expect(failure()).toMatchObject({ exitCode: 3, line: expect.stringContaining('has ended') });
  });
});

test('a region that is not there is a usage error that names those that are', () => {
  expect(() => cellsOf(sampleStack(), 'eu-west')).toThrow(
    'there is no region eu-west; there are eu-central, us-east',
  );
});

test('everything that is read here is written by the local stack', () => {
  expectTypeOf<StackFile>().toExtend<z.input<typeof Stack>>();
});
