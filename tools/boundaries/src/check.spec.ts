import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkBoundaries } from './check.js';
import { RULES } from './rules.js';

/** One deliberately bad import per rule. */
const BAD: Readonly<Record<string, readonly [file: string, line: string]>> = {
  'apps-never-import-apps': ['apps/ingest/src/a.ts', "import { x } from '@bailiwick/writeback';"],
  'rooms-do-not-reach-into-rooms': [
    'apps/ingest/src/a.ts',
    "import { x } from '../../../libs/kafka/src/lane.js';",
  ],
  'libraries-import-only-what-the-design-lists': [
    'libs/policy/src/a.ts',
    "export { x } from '@bailiwick/custody';",
  ],
  'pure-libraries-know-no-framework': ['libs/receipt/src/a.ts', "const x = await import('@nestjs/common');"],
  'domain-imports-zod-only': ['libs/domain/src/a.ts', "import { readFileSync } from 'node:fs';"],
  'kafkajs-in-libs-kafka-only': ['apps/lineage/src/a.ts', "import { Kafka } from 'kafkajs';"],
  'grpc-in-libs-grpc-and-contracts-only': [
    'apps/lineage/src/a.ts',
    "import { Server } from '@grpc/grpc-js';",
  ],
  'cedar-in-libs-policy-only': [
    'apps/control-plane/src/a.ts',
    "import { validate } from '@cedar-policy/cedar-wasm/nodejs';",
  ],
  'model-clients-in-inference-adapter-only': ['apps/ingest/src/a.ts', "import OpenAI from 'openai';"],
  'no-custody-where-no-payload-is-read': [
    'apps/lineage/src/a.ts',
    "import { Custody } from '@bailiwick/custody';",
  ],
  'nothing-imports-the-scenarios': ['apps/ingest/src/a.ts', "import type { S } from '@bailiwick/mesh-e2e';"],
};

describe('boundaries', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'boundaries-'));
    for (const room of ['apps', 'libs', 'tools']) mkdirSync(join(root, room));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const write = (file: string, line: string): void => {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), line);
  };

  it.each(RULES.map(({ name }) => name))('a deliberately bad import fails: %s', (rule) => {
    const [file, line] = BAD[rule] ?? ['', ''];
    write(file, line);
    expect(checkBoundaries(root).breaches.map((breach) => breach.rule)).toContain(rule);
  });

  it('good imports pass and are counted', () => {
    write(
      'libs/policy/src/a.ts',
      "import type { Purpose } from '@bailiwick/domain';\nimport { b } from './b.js';",
    );
    expect(checkBoundaries(root)).toEqual({ imports: 2, files: 1, breaches: [] });
  });

  it('this workspace keeps every boundary', () => {
    const report = checkBoundaries(resolve(import.meta.dirname, '../../..'));
    expect(report.imports).toBeGreaterThan(50);
    expect(report.breaches).toEqual([]);
  });
});
