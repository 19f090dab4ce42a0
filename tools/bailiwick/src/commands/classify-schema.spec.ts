import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CliError } from '../exit-code.js';
import { noPaint } from '../print/style.js';
import { classifySchemaCommand } from './classify-schema.js';

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'schema-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const file = (name: string, content: string): string => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};

async function run(...argv: readonly string[]): Promise<{ out: string; err: string }> {
  const out: string[] = [];
  const err: string[] = [];
  const command = classifySchemaCommand({
    paint: noPaint,
    print: (...lines) => void out.push(...lines),
    warn: (line) => void err.push(line),
    exit: () => undefined,
  });
  await command.parseAsync(argv, { from: 'user' });
  return { out: out.join('\n'), err: err.join('\n') };
}

describe('R2 bailiwick classify-schema', () => {
  test('prints a catalog to review, from metadata and samples', async () => {
    const schema = file(
      'contact.json',
      JSON.stringify({
        name: 'Contact',
        fields: [
          { name: 'Email', type: 'email' },
          { name: 'Code__c', type: 'string' },
          { name: 'Odd__c', type: 'string' },
        ],
      }),
    );
    const samples = file(
      'contacts.jsonl',
      Array.from({ length: 6 }, (_, n) =>
        JSON.stringify({ Code__c: `anna${n}@example.com`, Odd__c: 'x' }),
      ).join('\n'),
    );
    const { out, err } = await run(schema, '--samples', samples, '--object', 'Person');
    expect(out).toContain('object: "Person"');
    expect(out).toContain('"Email": { category: contact, sensitivity: Confidential');
    expect(out).toContain(
      '# 95 % sure: 100 % of 6 samples are EMAIL_ADDRESS\n  "Code__c": { category: contact',
    );
    expect(out).toContain('"Odd__c": { category: unknown, sensitivity: MissionCritical');
    expect(out).not.toContain('anna');
    expect(err).toBe('3 fields, 1 of them unknown: review each line before you commit it');
    expect(readdirSync(folder).toSorted()).toEqual(['contact.json', 'contacts.jsonl']);
  });

  test.each([
    ['not-json.json', 'secret@example.com', undefined, 'not-json.json is not JSON'],
    ['other.json', '{"rows":[]}', undefined, 'neither FieldDefinition'],
    [
      'good.json',
      '{"name":"A","fields":[{"name":"B","type":"string"}]}',
      'secret@example.com',
      ':1 is not a JSON object',
    ],
  ])('says what is wrong with %s and quotes nothing', async (name, content, samples, message) => {
    const argv = [
      file(name, content),
      ...(samples === undefined ? [] : ['--samples', file('bad.jsonl', samples)]),
    ];
    const failure = await run(...argv).catch((thrown: unknown) => thrown);
    expect(failure).toBeInstanceOf(CliError);
    expect(String(failure)).toContain(message);
    expect(String(failure)).not.toContain('secret');
  });
});
