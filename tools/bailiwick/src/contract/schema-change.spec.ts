import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { breakingChanges, breakingSentence, type JsonSchema } from './schema-change.js';

const ROOT = join(import.meta.dirname, '..', '..', '..', '..');
const CONTRACTS = join(ROOT, 'infra', 'contracts');
const schemaIn = (...path: readonly string[]): Record<string, unknown> =>
  JSON.parse(readFileSync(join(CONTRACTS, ...path), 'utf8')) as Record<string, unknown>;
const ajv = (): Ajv2020 => new Ajv2020({ strict: false, validateFormats: false, logger: false });

/** What `buf breaking` finds in a folder of protobuf files beside the released ones, with what to do about it; empty when nothing breaks. */
function protoChanges(folder: string): string {
  const buf = join(ROOT, 'node_modules', '.bin', 'buf');
  const args = ['breaking', folder, '--against', join(CONTRACTS, 'released', 'proto.binpb')];
  const { status, stdout, stderr } = spawnSync(buf, args, { encoding: 'utf8' });
  if (status === 0) return '';
  return `A message breaks those that read it. Keep it as it was and add a package of the next major version (v2) beside it:\n${stdout}${stderr}`;
}

describe('the contracts that are released', () => {
  test('eu.analytics.outcome.v1 does not break its readers', () => {
    const name = 'analytics-outcome.v1.schema.json';
    const changes = breakingChanges(schemaIn('released', name), schemaIn(name));
    expect(changes.length === 0 ? '' : breakingSentence(name, changes)).toBe('');
  });

  test('no protobuf message breaks those that read it', () => {
    expect(protoChanges(join(ROOT, 'proto'))).toBe('');
  });

  test('each sample outcome of the examples is a message of the published schema', () => {
    const valid = ajv().compile(schemaIn('analytics-outcome.v1.schema.json'));
    const lines = readFileSync(join(ROOT, 'examples', 'analytics', 'sample-outcomes.jsonl'), 'utf8').trim();
    for (const line of lines.split('\n')) expect(valid(JSON.parse(line)), line).toBe(true);
  });
});

type Draft = Record<string, unknown> & { properties: Record<string, unknown>; required: string[] };
/** The published schema, changed. */
const changed = (change: (schema: Draft) => void): JsonSchema => {
  const schema = structuredClone(schemaIn('analytics-outcome.v1.schema.json')) as Draft;
  change(schema);
  return schema;
};
const released = schemaIn('analytics-outcome.v1.schema.json');

describe('what breaks readers is found, and said where', () => {
  test.each<[string, (schema: Draft) => void, string]>([
    [
      'a member is gone',
      (s) => {
        delete s.properties['pool'];
        s.required = s.required.filter((n) => n !== 'pool');
      },
      '/pool: it is gone',
    ],
    [
      'a member may be missing',
      (s) => void (s.required = s.required.filter((n) => n !== 'pool')),
      '/pool: it was always there and may be missing',
    ],
    [
      'a type is another',
      (s) => void (s.properties['tenant'] = { type: 'integer' }),
      '/tenant: its type was string and is integer',
    ],
    [
      'null may come',
      (s) => void (s.properties['tenant'] = { anyOf: [{ type: 'string' }, { type: 'null' }] }),
      '/tenant: it may be "null" now',
    ],
    [
      'a value is new',
      (s) => void (s.properties['outcome'] as { enum: string[] }).enum.push('paused'),
      '/outcome: it may be "paused" now',
    ],
    [
      'a bound is lower',
      (s) =>
        void (s.properties['durationMs'] = { anyOf: [{ type: 'number', minimum: -1 }, { type: 'null' }] }),
      '/durationMs: minimum was 0 and is -1',
    ],
    [
      'deep inside',
      (s) =>
        void (s.properties['tokens'] = {
          anyOf: [
            { type: 'object', properties: { input: { type: 'integer', minimum: 0 } }, required: ['input'] },
            { type: 'null' },
          ],
        }),
      '/tokens/output: it is gone',
    ],
    [
      'a format has changed',
      (s) => void (s.properties['finishedAt'] = { type: 'string' }),
      '/finishedAt: format has changed',
    ],
    [
      'values of a map are others',
      (s) =>
        void (s.properties['facets'] = {
          type: 'object',
          propertyNames: { type: 'string' },
          additionalProperties: { type: 'number' },
        }),
      '/facets/*: its type was string and is number',
    ],
  ])('%s', (_, change, sentence) => {
    const changes = breakingChanges(released, changed(change));
    expect(breakingSentence('it', changes)).toContain(sentence);
    expect(breakingSentence('it', changes)).toContain('new major version');
  });
});

test('a field of a message that is gone is found, and one that is new is not', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bailiwick-proto-'));
  try {
    cpSync(join(ROOT, 'proto'), folder, { recursive: true });
    const file = join(folder, 'bailiwick', 'lineage', 'v1', 'fact.proto');
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace('  string purpose = 4;\n', '  string season = 400;\n'));
    const broken = protoChanges(folder);
    expect(broken).toContain('"4" with name "purpose"');
    expect(broken).toContain('next major version');
    expect(broken).not.toContain('season');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

describe('what breaks nobody passes', () => {
  test.each<[string, (schema: Draft) => void]>([
    ['nothing', () => undefined],
    ['another description', (s) => void (s['description'] = 'other words')],
    [
      'a new member',
      (s) => {
        s.properties['currency'] = { type: 'string' };
        s.required.push('currency');
      },
    ],
    ['a new member that may be missing', (s) => void (s.properties['note'] = { type: 'string' })],
    ['null comes no more', (s) => void (s.properties['pool'] = { type: 'string' })],
    [
      'a value comes no more',
      (s) => void (s.properties['outcome'] = { type: 'string', enum: ['answered', 'held'] }),
    ],
    ['whole numbers only', (s) => void (s.properties['durationMs'] = { type: 'integer', minimum: 0 })],
  ])('%s', (_, change) => expect(breakingChanges(released, changed(change))).toEqual([]));
});

/** Small schemas of every keyword that is judged. */
const schemas = fc.letrec<{ schema: JsonSchema; leaf: JsonSchema; object: JsonSchema }>((tie) => ({
  leaf: fc.oneof(
    fc.constantFrom<JsonSchema>({ type: 'string' }, { type: 'null' }, { type: 'boolean' }, {}, true),
    fc.record({ type: fc.constantFrom('number', 'integer'), minimum: fc.integer({ min: -2, max: 2 }) }),
    fc.record({ type: fc.constant('integer'), maximum: fc.integer({ min: -2, max: 2 }) }),
    fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { minLength: 1 }).map((values) => ({ enum: values })),
    fc.record({ type: fc.constant('string'), maxLength: fc.nat(3) }),
  ),
  object: fc
    .record({
      properties: fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('schema'), { maxKeys: 3 }),
      drop: fc.constantFrom('', 'a', 'b'),
      additionalProperties: fc.option(tie('leaf'), { nil: undefined }),
    })
    .map(({ properties, drop, additionalProperties }) => ({
      type: 'object',
      properties,
      required: Object.keys(properties).filter((name) => name !== drop),
      ...(additionalProperties !== undefined && { additionalProperties }),
    })),
  schema: fc.oneof(
    { maxDepth: 2 },
    tie('leaf'),
    tie('object'),
    fc.record({ type: fc.constant('array'), items: tie('leaf') }),
    fc.array(tie('leaf'), { minLength: 1, maxLength: 2 }).map((anyOf) => ({ anyOf })),
  ),
})).schema;

/** Messages that such schemas may or may not take. */
const messages = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 2 },
    fc.constantFrom<unknown>(null, true, -2, -1, 0, 1, 2.5, 'a', 'b', 'c', 'long'),
    fc.array(tie('value'), { maxLength: 2 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), tie('value'), { maxKeys: 3 }),
  ),
})).value;

test('judged not to break means that every message of the new schema is one of the old', () => {
  fc.assert(
    fc.property(
      schemas,
      schemas,
      fc.array(messages, { minLength: 20, maxLength: 30 }),
      (before, next, candidates) => {
        // About one pair in ten: as many are tried as it takes.
        fc.pre(breakingChanges(before, next).length === 0);
        const validator = ajv();
        const [old, now] = [validator.compile(before), validator.compile(next)];
        for (const message of candidates) if (now(message)) expect(old(message)).toBe(true);
      },
    ),
    { numRuns: 15, maxSkipsPerRun: 100 },
  );
});
