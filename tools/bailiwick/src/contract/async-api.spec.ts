import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { toHeaders, topicCatalogue, type CloudEvent } from '@bailiwick/contracts';
import { CellSpec } from '@bailiwick/domain';
import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { HEADERS, cellDocument, consumerDocument, topicsPage } from './async-api.js';

const ROOT = join(import.meta.dirname, '..', '..', '..', '..');
const INFRA = join(ROOT, 'infra');
const CELLS = ['eu-central', 'us-east'].map((region) =>
  CellSpec.parse(parse(readFileSync(join(INFRA, 'jurisdictions', `${region}.yaml`), 'utf8'))),
);
const {
  $schema: _,
  $id: __,
  ...OUTCOME
} = JSON.parse(readFileSync(join(INFRA, 'contracts', 'analytics-outcome.v1.schema.json'), 'utf8')) as Record<
  string,
  unknown
>;
/** AsyncAPI's own schema of its documents. */
const OFFICIAL = createRequire(import.meta.url)('@asyncapi/specs/schemas/3.0.0-without-$id.json') as object;

const documents: readonly (readonly [string, object])[] = [
  ['analytics', consumerDocument(CELLS, OUTCOME)],
  ...CELLS.map((cell) => [cell.region, cellDocument(cell, OUTCOME)] as const),
];

test.each(documents)(
  '%s.yaml is what the topic catalogue says (vitest -u writes it)',
  async (name, document) => {
    await expect(stringify(document, { lineWidth: 120, aliasDuplicateObjects: false })).toMatchFileSnapshot(
      join(INFRA, 'asyncapi', `${name}.yaml`),
    );
  },
);

test('the documents are AsyncAPI 3.0 by its own schema', () => {
  const valid = new Ajv({
    strict: false,
    validateFormats: false,
    validateSchema: false,
    logger: false,
    code: { optimize: false },
  }).compile(OFFICIAL);
  for (const [name, document] of documents)
    expect(valid(document) ? [] : valid.errors?.slice(0, 3), name).toEqual([]);
  expect(valid({ asyncapi: '3.0.0', channels: {} })).toBe(false);
});

test('every topic is a channel with what its brokers grant, and no reference is open', () => {
  for (const [index, cell] of CELLS.entries()) {
    const document = cellDocument(cell, OUTCOME) as {
      channels: Record<string, { address: string }>;
      operations: Record<string, { action: string; channel: { $ref: string } }>;
    };
    const addresses = Object.values(document.channels).map(({ address }) => address);
    expect(addresses).toEqual(topicCatalogue(cell).map(({ name }) => name));
    const text = JSON.stringify(documents[index + 1]);
    for (const [, path] of text.matchAll(/"\$ref":"#\/([^"]+)"/g)) {
      const found = (path ?? '')
        .split('/')
        .reduce<unknown>((node, name) => (node as Record<string, unknown> | undefined)?.[name], document);
      expect(found, path).toBeDefined();
    }
  }
});

test('the headers are those that are written', () => {
  const event: Required<CloudEvent> = {
    id: 'i',
    type: 't',
    source: 's',
    subject: 's',
    time: 0,
    contentType: 'application/json',
    tenant: 't',
    purpose: 'p',
    classification: 'Internal',
    traceparent: '00-a',
    replayOf: 'r',
  };
  expect(Object.keys(HEADERS['properties'] as object).toSorted()).toEqual(
    Object.keys(toHeaders(event)).toSorted(),
  );
});

test('docs/topics.md is what the topic catalogue says (vitest -u writes it)', async () => {
  await expect(topicsPage(CELLS)).toMatchFileSnapshot(join(ROOT, 'docs', 'topics.md'));
});
