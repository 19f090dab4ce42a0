import { z } from 'zod';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { bailiwick, type Ran } from './cli.js';
import { Mesh } from './mesh.js';

const QUESTION = {
  object: 'Case',
  fields: {
    Subject: 'A call, please',
    Description: 'Ring Lena Maria Vogt on +49 30 901820.',
    Diagnosis__c: 'asthma',
  },
};
const Explanation = z.object({
  fields: z.array(z.object({ name: z.string(), action: z.string(), kept: z.unknown() })),
});

let mesh: Mesh;
beforeAll(async () => {
  mesh = await Mesh.open(inject('stackFolder'));
});
afterAll(() => mesh.close());

/** Asks through the real command, as an administrator does, with a record on its standard input. */
const classify = (...argv: readonly string[]): Promise<Ran> =>
  bailiwick(inject('stackFolder'), ['classify', '-', ...argv], JSON.stringify(QUESTION));

describe('explain', () => {
  it('shows an administrator of the running stack what would be kept of a record', async () => {
    const { code, out } = await classify('--tenant', 'atlas', '--purpose', 'case-triage', '--json');
    expect(code).toBe(0);
    const { fields } = Explanation.parse(JSON.parse(out));
    const kept = (name: string) => fields.find((field) => field.name === name);
    expect(kept('Description')?.kept).not.toMatch(/Lena|Vogt|901820/);
    expect(kept('Diagnosis__c')).toMatchObject({ action: 'drop', kept: null });
  });

  it('shows nothing to another certificate of the mesh, and says why', async () => {
    const { certificate, key } = mesh.cell('eu-central').kafka.auditor;
    const asAuditor = ['--certificate', certificate, '--key', key];
    const { code, out, err } = await classify('--tenant', 'atlas', '--purpose', 'case-triage', ...asAuditor);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain('certificate-not-permitted');
    expect(err).not.toMatch(/Lena|Vogt/);
  });
});
