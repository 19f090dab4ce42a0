import type { CedarValueJson, EntityJson, PolicyJson, TypeAndId } from '@cedar-policy/cedar-wasm/nodejs';
import { engineNumber, withEngine } from './engine.js';
import { Recent } from './recent.js';

export type { CedarValueJson, EntityJson, PolicyJson, TypeAndId };

/** What Cedar is asked: may the principal's record be answered by the resource. */
export interface CedarQuestion {
  readonly principal: TypeAndId;
  readonly resource: TypeAndId;
  readonly context: Record<string, CedarValueJson>;
  readonly entities: EntityJson[];
}

/** What Cedar says; `failed` when anything at all could not be read or evaluated. */
export type CedarAnswer =
  | { readonly failed: false; readonly allowed: boolean; readonly policies: readonly string[] }
  | { readonly failed: true };

const ACTION: TypeAndId = { type: 'Action', id: 'infer' };
const FAILED: CedarAnswer = { failed: true };

/**
 * Sets that the engine keeps parsed. It forgets none by itself, so they share a bounded number of names, and the one
 * that was asked least lately gives way: parsing the few policies of a tenant again takes a tenth of a millisecond.
 */
const MOST_PREPARED = 2048;
const names = (): string[] => Array.from({ length: MOST_PREPARED }, (_, index) => `set-${index}`);
let free = names();
let knownBy = engineNumber();
const prepared = new Map<PolicySet, string>();

/** Parsed policies by id. Asking them never throws. */
export class PolicySet {
  /** Every name that the policies mention; what is not among them cannot change an answer of this set. */
  readonly names: ReadonlySet<string>;
  readonly #policies: Readonly<Record<string, PolicyJson>>;
  readonly #answers: Recent<CedarAnswer> | undefined;

  /** `remembered`: how many answers to keep, for a set whose questions hold nothing of one tenant. */
  constructor(policies: Readonly<Record<string, PolicyJson>>, remembered?: number) {
    this.#policies = policies;
    this.names = namesIn(Object.values(policies));
    this.#answers = remembered === undefined ? undefined : new Recent(remembered);
  }

  /**
   * An error in one policy fails the whole answer: Cedar itself passes over a policy that errs, and a forbid that is
   * passed over would widen what is allowed.
   */
  ask(question: CedarQuestion): CedarAnswer {
    if (!this.#answers) return this.#evaluate(question);
    return this.#answers.get(
      JSON.stringify(question),
      () => this.#evaluate(question),
      ({ failed }) => !failed,
    );
  }

  #evaluate(question: CedarQuestion): CedarAnswer {
    const name = this.#prepare();
    if (name === undefined) return FAILED;
    const answer = withEngine((cedar) =>
      cedar.statefulIsAuthorized({
        ...question,
        action: ACTION,
        preparsedPolicySetId: name,
        validateRequest: false,
      }),
    );
    if (answer?.type !== 'success' || answer.response.diagnostics.errors.length > 0) return FAILED;
    const { decision, diagnostics } = answer.response;
    // Cedar tells them in any order.
    return { failed: false, allowed: decision === 'allow', policies: diagnostics.reason.toSorted() };
  }

  /** The name under which the engine keeps this set; undefined when it does not take it. */
  #prepare(): string | undefined {
    forgetOlderEngines();
    const known = prepared.get(this);
    if (known !== undefined) {
      prepared.delete(this);
      prepared.set(this, known);
      return known;
    }
    const name = free.pop() ?? leastLately();
    if (name === undefined) return undefined;
    const staticPolicies = { ...this.#policies };
    if (withEngine((cedar) => cedar.preparsePolicySet(name, { staticPolicies }))?.type !== 'success') {
      free.push(name);
      return undefined;
    }
    prepared.set(this, name);
    return name;
  }
}

function forgetOlderEngines(): void {
  if (knownBy === engineNumber()) return;
  knownBy = engineNumber();
  prepared.clear();
  free = names();
}

function leastLately(): string | undefined {
  const [oldest] = prepared;
  if (oldest) prepared.delete(oldest[0]);
  return oldest?.[1];
}

/** Cedar reaches an attribute by its literal name only, so the strings in a policy say all that it can look at. */
function namesIn(part: unknown, names = new Set<string>()): ReadonlySet<string> {
  if (typeof part === 'string') names.add(part);
  else if (typeof part === 'object' && part !== null)
    for (const [key, value] of Object.entries(part)) {
      names.add(key);
      namesIn(value, names);
    }
  return names;
}
