import { createHash } from 'node:crypto';
import { Fact, FieldHistory as Message } from '@bailiwick/contracts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fieldHistoryMessage } from './field-history-message.js';
import { fieldHistory } from './field-history.js';
import { FieldHistory } from './field-history-view.js';

const RECORD = { eventId: 'evt_1', tenant: 'atlas', purpose: 'case-triage', object: 'Case' };
const [FIRST, SECOND] = [Buffer.from('01', 'hex'), Buffer.from('02', 'hex')];

const field = (name: string, action: string, entities: Record<string, number> = {}): object => ({
  name,
  category: 'contact',
  sensitivity: 'Confidential',
  action,
  location: action === 'drop' ? 'eu-central, not passed on' : 'eu-central, sealed to subject',
  basis: 'catalog',
  entities,
});
const FIELDS = [
  field('Subject', 'keep'),
  field('Description', 'keep', { PERSON: 2 }),
  field('Name', 'pseudonymise'),
  field('Phone', 'mask'),
  field('BirthDate', 'generalise'),
  field('IBAN', 'drop'),
];
const classified = (digest = FIRST, fields = FIELDS): Fact =>
  Fact.fromPartial({
    kind: 'classified',
    region: 'eu-central',
    jurisdiction: 'eu',
    digest,
    fields,
    purposeVersion: 3,
    catalogVersion: 2,
  });
const decided = (outcome: string, digest = FIRST, rest: object = {}): Fact =>
  Fact.fromPartial({
    kind: 'decided',
    digest,
    decision: {
      outcome,
      reasons: ['home-pool'],
      transferBasis: 'none-needed',
      fromJurisdiction: 'eu',
      toJurisdiction: 'eu',
      pool: 'eu-shared',
      profileVersion: 4,
      policyDigest: 'p',
      receipt: 'a.b.c',
      ...rest,
    },
  });
const model = { pool: 'eu-shared', model: 'triage-small', outputFields: ['category'] };
const answered = (digest = FIRST): Fact => Fact.fromPartial({ kind: 'answered', digest, model });
const written = Fact.fromPartial({
  kind: 'written-back',
  model,
  write: { target: 'sample-crm', object: 'Case', fields: ['Priority'], restored: 1 },
});

const given = (facts: readonly Fact[]): Readonly<Record<string, string>> =>
  Object.fromEntries(fieldHistory(RECORD, facts).fields.map(({ name, given: as }) => [name, as]));

describe('promise 5: each field of a record, by what is recorded', () => {
  test('as what the pool was given it', () => {
    expect(given([classified(), decided('allow'), answered(), written])).toEqual({
      Subject: 'kept',
      Description: 'kept-in-part',
      Name: 'pseudonym',
      Phone: 'masked',
      BirthDate: 'generalised',
      IBAN: 'nothing',
    });
  });

  test('label, what was found, where it lay, and under which decision and versions', () => {
    const history = fieldHistory(RECORD, [classified(), decided('allow'), answered(), written]);
    expect(history).toMatchObject({
      classifiedIn: { region: 'eu-central', jurisdiction: 'eu' },
      purposeVersion: 3,
      catalogVersion: 2,
      digest: '01',
      decision: {
        outcome: 'allow',
        profileVersion: 4,
        policyDigest: 'p',
        receiptDigest: createHash('sha256').update('a.b.c').digest('hex'),
      },
      writtenBack: { target: 'sample-crm', fields: ['Priority'], restored: 1 },
    });
    expect(history.fields[1]).toEqual({
      name: 'Description',
      category: 'contact',
      sensitivity: 'Confidential',
      labelledBy: 'catalog',
      found: { PERSON: 2 },
      action: 'keep',
      lay: 'eu-central, sealed to subject',
      given: 'kept-in-part',
      crossed: [],
    });
    expect(JSON.stringify(history)).not.toContain('a.b.c');
  });

  test('an answer drew on the fields that were given, all of them, and it is said that no more is known', () => {
    const { answer, notTold } = fieldHistory(RECORD, [classified(), decided('allow'), answered(), written]);
    expect(answer).toEqual({
      pool: 'eu-shared',
      model: 'triage-small',
      outputFields: ['category'],
      drewOn: ['Subject', 'Description', 'Name', 'Phone', 'BirthDate'],
    });
    expect(notTold.join()).toContain('each may draw on all of them, and on no other');
    expect(notTold.join()).toContain('version 3 of the purpose');
  });

  test.each(['hold', 'deny'])('a decision to %s gave the model nothing', (outcome) => {
    expect(new Set(Object.values(given([classified(), decided(outcome)])))).toEqual(new Set(['nothing']));
    // What was allowed and then stopped at the border did not go either.
    expect(new Set(Object.values(given([classified(), decided('allow'), decided(outcome)])))).toEqual(
      new Set(['nothing']),
    );
  });

  test('what was sent and not answered is not said to have been seen', () => {
    const { answer, notTold } = fieldHistory(RECORD, [classified(), decided('allow')]);
    expect(answer).toBeNull();
    expect(notTold.join()).toContain('whether the model has seen the fields is not known');
  });

  test('a border was crossed by the fields that the checkpoint saw leave, on a basis', () => {
    const abroad = { toJurisdiction: 'us', pool: 'us-shared', transferBasis: 'scc' };
    const left = Fact.fromPartial({
      ...decided('allow', FIRST, abroad),
      kind: 'relayed',
      reason: 'to us-east',
      fields: [{ name: 'Subject' }],
      at: new Date(0),
    });
    const home = Fact.fromPartial({ ...written, model: { ...model, pool: 'us-shared' } });
    const history = fieldHistory(RECORD, [classified(), decided('allow', FIRST, abroad), left, home]);
    expect(history.fields.map(({ name, crossed }) => [name, crossed.length])).toEqual([
      ['Subject', 1],
      ...FIELDS.slice(1).map((each) => [(each as { name: string }).name, 0]),
    ]);
    expect(history.fields[0]?.crossed[0]).toMatchObject({ toJurisdiction: 'us', basis: 'scc' });
    expect(history.answer).toMatchObject({
      pool: 'us-shared',
      drewOn: expect.arrayContaining(['Subject']) as string[],
    });
    expect(history.notTold.join()).toContain('The answer came from another cell');
  });

  test('of two classifications the one counts whose bytes were answered', () => {
    const again = classified(SECOND, [field('Subject', 'mask')]);
    const facts = [classified(), decided('allow'), again, decided('allow', SECOND, { profileVersion: 5 })];
    expect(given([...facts, answered()])).toMatchObject({ Subject: 'kept' });
    expect(given([...facts, answered(SECOND)])).toEqual({ Subject: 'masked' });
    expect(fieldHistory(RECORD, [...facts, answered()]).decision?.profileVersion).toBe(4);
  });

  test('a cell that a record visits knows the decision and no field, and says so', () => {
    const arrived = Fact.fromPartial({
      ...decided('allow', Buffer.alloc(0)),
      kind: 'relayed',
      reason: 'from eu-central',
    });
    const history = fieldHistory(RECORD, [arrived, answered()]);
    expect(history).toMatchObject({
      classifiedIn: null,
      fields: [],
      decision: { outcome: 'allow' },
      answer: { drewOn: [] },
    });
    expect(history.notTold.join()).toContain('known to its home cell');
  });

  test('whatever facts there are, what was dropped or not sent was not given, and the answer is of its form', () => {
    const facts = fc.array(
      fc.constantFrom(
        classified(),
        classified(SECOND),
        decided('allow'),
        decided('hold'),
        answered(SECOND),
        written,
      ),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(facts, (some) => {
        const history = FieldHistory.parse(fieldHistory(RECORD, some));
        const names = history.fields.map(({ name }) => name);
        expect(new Set(names).size).toBe(names.length);
        for (const { action, given: as } of history.fields)
          if (action === 'drop' || history.decision?.outcome !== 'allow') expect(as).toBe('nothing');
        for (const name of history.answer?.drewOn ?? []) expect(names).toContain(name);
        // Over gRPC it says the same.
        const said = Message.decode(Message.encode(fieldHistoryMessage(history)).finish());
        const { fields, answer, writtenBack, decision, digest, notTold } = said;
        expect(fields.map((field) => ({ ...field, crossed: field.crossed.length }))).toEqual(
          history.fields.map((field) => ({ ...field, crossed: field.crossed.length })),
        );
        expect(answer ?? null).toEqual(history.answer);
        expect(writtenBack ? { ...writtenBack, at: writtenBack.at?.toISOString() } : null).toEqual(
          history.writtenBack,
        );
        expect(
          decision
            ? { ...decision, at: decision.at?.toISOString(), receiptDigest: decision.receiptDigest || null }
            : null,
        ).toEqual(history.decision);
        expect([digest.toString('hex') || null, notTold]).toEqual([history.digest, history.notTold]);
      }),
    );
  });
});
