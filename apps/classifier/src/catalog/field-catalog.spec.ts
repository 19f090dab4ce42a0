import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FieldCatalog } from './field-catalog.js';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'catalog-'))));
afterEach(() => rmSync(folder, { recursive: true }));

describe('the field catalog', () => {
  it('is the folder of the repository', () => {
    const catalog = FieldCatalog.read(join(import.meta.dirname, '../../../../infra/catalog'));
    expect(catalog.fieldsOf('Case').get('ContactEmail')).toEqual({
      category: 'contact',
      sensitivity: 'Confidential',
      regulations: ['GDPR', 'CCPA'],
      entity: 'EMAIL_ADDRESS',
    });
  });

  it('lists nothing of an object that it does not know', () => {
    expect(new FieldCatalog([]).fieldsOf('Case').size).toBe(0);
  });

  it('names the file and the field that are wrong', () => {
    writeFileSync(
      join(folder, 'Lead.yaml'),
      'object: Lead\nfields:\n  Name: { category: contact, sensitivity: Secret, regulations: [] }\n',
    );
    expect(() => FieldCatalog.read(folder)).toThrow(/Lead\.yaml[\s\S]*fields\.Name\.sensitivity/);
  });
});
