import { createHash } from 'node:crypto';
import type { DecisionFact, Fact, FieldFact } from '@bailiwick/contracts';
import type { Summary } from '../record/summary.js';
import { isTransfer } from '../transfers/transfer-ledger.js';
import type { TracedDecision, FieldHistory, TracedField, Given } from './field-history-view.js';

type Decided = Fact & { readonly decision: DecisionFact };

/** Facts that count for one record: which bytes were answered joins them, by their digest. */
interface Way {
  readonly classified: Fact | undefined;
  readonly decided: Decided | undefined;
  readonly answered: Fact | undefined;
  readonly written: Fact | undefined;
}

/**
 * The history of a record field by field, from its facts and nothing else: what they do not say, `notTold` names. A record may be classified
 * and decided on again; what counts is the classification and decision of the bytes that were answered.
 */
export function fieldHistory(
  { eventId, tenant, purpose, object }: Pick<Summary, 'eventId' | 'tenant' | 'purpose' | 'object'>,
  facts: readonly Fact[],
): FieldHistory {
  const way = wayOf(facts);
  const { classified, decided, answered, written } = way;
  const sent = decided?.decision.outcome === 'allow';
  const transfers = facts.filter(isTransfer);
  const fields = (classified?.fields ?? []).map((field): TracedField => ({
    name: field.name,
    category: field.category,
    sensitivity: field.sensitivity,
    labelledBy: field.basis,
    found: field.entities,
    action: field.action,
    lay: field.location,
    given: sent ? givenAs(field) : 'nothing',
    crossed: transfers
      .filter(({ fields: left }) => left.some(({ name }) => name === field.name))
      .map(({ at, decision }) => ({
        at: iso(at),
        fromJurisdiction: decision.fromJurisdiction,
        toJurisdiction: decision.toJurisdiction,
        basis: decision.transferBasis,
        receiptDigest: receiptDigest(decision),
      })),
  }));
  return {
    eventId,
    tenant,
    purpose,
    object,
    classifiedIn: classified ? { region: classified.region, jurisdiction: classified.jurisdiction } : null,
    purposeVersion: classified?.purposeVersion || null,
    catalogVersion: classified?.catalogVersion || null,
    digest: hexOf(classified ?? decided ?? answered),
    decision: decided ? tracedDecision(decided) : null,
    fields,
    answer: answered?.model
      ? {
          pool: answered.model.pool,
          model: answered.model.model,
          outputFields: answered.model.outputFields,
          drewOn: fields.filter(({ given }) => given !== 'nothing').map(({ name }) => name),
        }
      : null,
    writtenBack: written?.write
      ? {
          at: iso(written.at),
          target: written.write.target,
          object: written.write.object,
          fields: written.write.fields,
          restored: written.write.restored,
        }
      : null,
    notTold: notTold(way, fields),
  };
}

/** Picks the facts that count; where another cell answered, the write-back at home is all that says so. */
function wayOf(facts: readonly Fact[]): Way {
  const written = facts.findLast(({ write }) => write);
  const answered = facts.findLast(({ kind }) => kind === 'answered') ?? facts.findLast(({ model }) => model);
  const decided = decisionFor(facts, answered);
  const digested = [answered, decided].find((fact) => (fact?.digest.length ?? 0) > 0);
  const classifications = facts.filter(({ kind }) => kind === 'classified');
  const classified = digested
    ? (classifications.findLast((fact) => sameBytes(fact, digested)) ?? undigested(classifications))
    : classifications.at(-1);
  return { classified, decided, answered, written };
}

/** The decision that was answered under: it allowed these bytes for this pool. Without an answer, the last one. */
function decisionFor(facts: readonly Fact[], answered: Fact | undefined): Decided | undefined {
  const stated = facts.filter((fact): fact is Decided => fact.decision !== undefined);
  // A relay repeats the decision on which it rests; a cell that a record visits has nothing else.
  const own = stated.filter(({ kind }) => kind === 'decided');
  const decisions = own.length > 0 ? own : stated;
  const matching = (fact: Decided): boolean =>
    fact.decision.outcome === 'allow' &&
    fact.decision.pool === answered?.model?.pool &&
    (answered.digest.length === 0 || sameBytes(fact, answered));
  return decisions.findLast(matching) ?? decisions.at(-1);
}

/** The last of those that say no digest: what has another one was not what was answered. */
const undigested = (classifications: readonly Fact[]): Fact | undefined =>
  classifications.findLast(({ digest }) => digest.length === 0);

const sameBytes = (a: Fact, b: Fact): boolean => a.digest.equals(b.digest);

const WHOLE: Readonly<Record<string, Given>> = {
  mask: 'masked',
  pseudonymise: 'pseudonym',
  generalise: 'generalised',
};

function givenAs({ action, entities }: FieldFact): Given {
  if (action === 'keep') return Object.keys(entities).length > 0 ? 'kept-in-part' : 'kept';
  return WHOLE[action] ?? 'nothing';
}

function tracedDecision({ at, decision }: Decided): TracedDecision {
  const { receipt: _, ...told } = decision;
  return { ...told, at: iso(at), receiptDigest: receiptDigest(decision) };
}

/** What a reader might take for told, and is not. */
function notTold({ classified, decided, answered, written }: Way, fields: readonly TracedField[]): string[] {
  if (!classified)
    return [
      'This cell classified nothing that was answered here: the fields of the record are known to its home cell.',
    ];
  const version = `version ${classified.purposeVersion || '(not recorded)'} of the purpose`;
  const given = fields.filter((field) => field.given !== 'nothing');
  const said: readonly (readonly [boolean, string])[] = [
    [fields.length === 0, 'The classification names no field.'],
    [!decided, 'No decision on the record is recorded here.'],
    [
      given.length > 0,
      `The pool was given what was left of these fields and nothing else; which of them its prompt names, ${version} says. A field of which nothing was left is listed all the same.`,
    ],
    [
      given.some((field) => field.given === 'kept-in-part'),
      `What was found in a kept text was replaced by a pseudonym, masked or left out: which of these, ${version} says.`,
    ],
    [
      given.some((field) => field.given === 'pseudonym'),
      `Of what kind a pseudonym is, the field catalog says${classified.catalogVersion ? `, version ${classified.catalogVersion}` : ''}.`,
    ],
    [
      given.length > 0 && !answered,
      'No answer is recorded here: whether the model has seen the fields is not known.',
    ],
    [
      answered !== undefined && answered.digest.length === 0,
      'The answer came from another cell, whose adapter compared the bytes with the receipt; its lineage has the fact of that.',
    ],
    [
      written !== undefined,
      'Which written field draws on which of the given ones is not known: each may draw on all of them, and on no other.',
    ],
  ];
  return said.filter(([applies]) => applies).map(([, sentence]) => sentence);
}

const iso = (date: Date | undefined): string => (date ?? new Date(0)).toISOString();

const hexOf = (fact: Fact | undefined): string | null =>
  fact && fact.digest.length > 0 ? fact.digest.toString('hex') : null;

const receiptDigest = ({ receipt }: DecisionFact): string | null =>
  receipt === '' ? null : createHash('sha256').update(receipt).digest('hex');
