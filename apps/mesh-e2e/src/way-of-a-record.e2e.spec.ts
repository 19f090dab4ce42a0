import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { bailiwick } from './cli.js';
import { Mesh } from './mesh.js';
import { freshId, sampleCase } from './sample-case.js';

let mesh: Mesh;
beforeAll(async () => {
  mesh = await Mesh.open(inject('stackFolder'));
});
afterAll(() => mesh.close());

describe('the way of one record', () => {
  it.each([
    ['nordlicht', 'eu-central', 'eu', 'eu-nordlicht'],
    ['atlas', 'eu-central', 'eu', 'eu-shared'],
    ['harbor', 'us-east', 'us', 'us-shared'],
  ])(
    'R6 a case of %s is answered at home and written back once, with its whole history',
    async (tenant, region, jurisdiction, pool) => {
      const recordId = `500${freshId().slice(0, 12)}`;
      const eventId = await mesh.accept({
        tenant,
        purpose: 'case-triage',
        id: freshId(),
        recordId,
        fields: sampleCase(),
      });
      const history = await mesh.ended(region, eventId);
      expect(history).toMatchObject({ outcome: 'answered', tenant, answeredIn: jurisdiction, pool });

      const writes = await mesh.writes(eventId);
      expect(writes).toHaveLength(1);
      expect(writes[0]).toMatchObject({ tenant, recordId });
      expect(Object.keys(writes[0]?.fields ?? {}).toSorted()).toEqual([
        'Priority',
        'Suggested_Reply__c',
        'Triage_Category__c',
        'Triage_Sentiment__c',
      ]);
      // Pseudonyms are restored at home, and nowhere before.
      expect(writes[0]?.fields['Suggested_Reply__c']).toContain('Ana Roth');
      expect(JSON.stringify(writes[0]?.fields)).not.toContain('⟦');

      const steps = ['received', 'classified', 'decided', 'answered', 'written-back'];
      const text = JSON.stringify(await mesh.told(region, eventId, steps));
      for (const value of ['Ana', 'Roth', 'ana.roth', '901820', recordId]) expect(text).not.toContain(value);
    },
  );

  it('F6 what the purpose does not name is dropped before anything leaves the classifier', async () => {
    const fields = sampleCase({ Diagnosis__c: 'migraine', Nickname: 'Sunny' });
    const eventId = await mesh.accept({
      tenant: 'nordlicht',
      purpose: 'case-triage',
      id: freshId(),
      recordId: freshId(),
      fields,
    });
    const history = await mesh.ended('eu-central', eventId);
    const actions = new Map(
      (history['fields'] as { name: string; action: string }[]).map(({ name, action }) => [name, action]),
    );
    expect(history.outcome).toBe('answered');
    for (const dropped of ['ContactEmail', 'ContactPhone', 'Diagnosis__c', 'Nickname'])
      expect(actions.get(dropped)).toBe('drop');
    expect(actions.get('ContactName')).toBe('pseudonymise');
  });

  it('promise 4: the same event pushed three times has one id and one effect', async () => {
    const record = {
      tenant: 'atlas',
      purpose: 'case-triage',
      id: freshId(),
      recordId: freshId(),
      fields: sampleCase(),
    };
    const [eventId, ...others] = await Promise.all([
      mesh.accept(record),
      mesh.accept(record),
      mesh.accept(record),
    ]);
    expect(others).toEqual([eventId, eventId]);
    expect((await mesh.ended('eu-central', eventId)).outcome).toBe('answered');
    expect(await mesh.writes(eventId)).toHaveLength(1);
  });

  it('promise 1: a record whose model is abroad is held for a tenant that may not leave', async () => {
    const eventId = await mesh.accept({
      tenant: 'nordlicht',
      purpose: 'case-digest',
      id: freshId(),
      recordId: freshId(),
      fields: sampleCase(),
    });
    const history = await mesh.ended('eu-central', eventId);
    expect(['held', 'denied']).toContain(history.outcome);
    expect(await mesh.writes(eventId)).toEqual([]);
    expect(await mesh.history('us-east', eventId)).toBeNull();
  });

  it('R4 a masked record goes abroad on the basis that the contract names, and its answer comes home', async () => {
    const recordId = freshId();
    const eventId = await mesh.accept({
      tenant: 'atlas',
      purpose: 'case-digest',
      id: freshId(),
      recordId,
      fields: sampleCase({ Subject: 'Charged twice' }),
    });
    const history = await mesh.ended('eu-central', eventId);
    expect(history).toMatchObject({ outcome: 'answered', answeredIn: 'us', pool: 'us-shared' });
    expect(JSON.stringify(history)).toContain('"scc"');
    expect(await mesh.writes(eventId)).toMatchObject([{ tenant: 'atlas', recordId }]);

    const { body } = await mesh.lineage('eu-central', `/v1/records/${eventId}/fields`);
    expect(body).toMatchObject({
      decision: { transferBasis: 'scc' },
      answer: { pool: 'us-shared', drewOn: expect.arrayContaining(['Subject']) as string[] },
      fields: expect.arrayContaining([
        expect.objectContaining({
          name: 'Subject',
          given: 'kept',
          crossed: [expect.objectContaining({ toJurisdiction: 'us', basis: 'scc' })],
        }),
        expect.objectContaining({ name: 'ContactName', given: 'nothing', crossed: [] }),
      ]) as unknown[],
    });

    const out = (await mesh.transfers('eu-central', 'atlas')).filter(({ eventId: id }) => id === eventId);
    expect(out).toMatchObject([{ direction: 'out', toJurisdiction: 'us', basis: 'scc', pool: 'us-shared' }]);
    expect(out[0]?.fields).toContain('Subject');
    const came = (await mesh.transfers('us-east', 'atlas')).filter(({ eventId: id }) => id === eventId);
    expect(came).toMatchObject([{ direction: 'in', fromJurisdiction: 'eu', basis: 'scc', fields: [] }]);
    expect(await mesh.transfers('eu-central', 'nordlicht')).toEqual([]);
  });

  it('who reads for atlas sees its record with its evidence, and no other tenant’s; nobody reads without a credential', async () => {
    const send = (tenant: string): Promise<string> =>
      mesh.accept({
        tenant,
        purpose: 'case-triage',
        id: freshId(),
        recordId: freshId(),
        fields: sampleCase(),
      });
    const [own, foreign] = await Promise.all([send('atlas'), send('nordlicht')]);
    await Promise.all([own, foreign].map((id) => mesh.ended('eu-central', id)));
    const token = await mesh.complianceToken('atlas');
    const read = async (path: string, as: string | null = token): Promise<unknown> => {
      const { status, body } = await mesh.lineage('eu-central', `/v1/records/${path}`, as);
      return status === 200 ? status : body;
    };
    expect(await read(own)).toBe(200);
    await expect.poll(() => read(`${own}/evidence`), { timeout: 10_000 }).toBe(200);
    expect(await read(foreign)).toMatchObject({ status: 404, code: 'record-unknown' });
    expect(await read(own, null)).toMatchObject({ status: 401, code: 'token-missing' });
    expect(await read(own, await mesh.token('atlas', 'case-triage'))).toMatchObject({
      code: 'token-invalid',
    });
    const asAtlas = ['events', '--json', '--limit', '1000', '--region', 'eu-central'];
    const { out } = await bailiwick(inject('stackFolder'), asAtlas, '', { BAILIWICK_TOKEN: token });
    const tenants = (JSON.parse(out) as { tenant: string }[]).map(({ tenant }) => tenant);
    expect(new Set(tenants)).toEqual(new Set(['atlas']));
  });

  it('B5 a tenant without an acknowledged profile is refused, precisely', async () => {
    const answer = await mesh.send({
      tenant: 'pending',
      purpose: 'case-triage',
      id: freshId(),
      recordId: freshId(),
      fields: sampleCase(),
    });
    expect(answer).toMatchObject({ status: 403, body: { code: 'profile-not-acknowledged' } });
    expect(answer.contentType).toContain('application/problem+json');
  });

  it('R1 a record sent to the wrong cell is sent on to the right one, and nothing of it is kept', async () => {
    const answer = await mesh.send({
      tenant: 'harbor',
      region: 'eu-central',
      purpose: 'case-triage',
      id: freshId(),
      recordId: freshId(),
      fields: sampleCase(),
    });
    expect(answer).toMatchObject({
      status: 421,
      body: { code: 'wrong-cell', endpoint: mesh.cell('us-east').ingest.http },
    });
  });
});
