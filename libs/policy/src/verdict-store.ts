import type { Pool } from '@bailiwick/domain';
import type { DecisionInput } from './decision-input.js';
import type { Verdict } from './judge.js';
import { Recent } from './recent.js';

/**
 * What was published and a verdict rests on. What was published is never changed, so which object it is stands for all that it says; of the
 * inventory, which comes anew with every report of a pool, its text does.
 */
export interface Grounds extends Pick<DecisionInput, 'profile' | 'purpose' | 'policy'> {
  readonly inventory: string;
}

/** Verdicts on the same grounds, by what a record looks like. */
interface Shelf extends Grounds {
  readonly looks: Map<string, Verdict>;
}

/** Shelves of one purpose: a tenant's profile, its policy and the inventory are one each at a time, or two while one is tried. */
const MOST_SHELVES = 4;
/** Verdicts that say different things are few: tenants differ, and what is said of them hardly does. */
const MOST_SAYINGS = 10_000;

/**
 * Verdicts, at most so many. Two generations: when the younger is full it becomes the older, and what nobody asked for since is forgotten. One
 * step from a thing that was published leads to its verdicts, and equal ones are one object, because a look-up among very many costs what it
 * has to fetch from memory.
 */
export class VerdictStore {
  #young = new Generation();
  #old = new Generation();
  readonly #sayings = new Recent<Verdict>(MOST_SAYINGS);

  constructor(private readonly most: number) {}

  /** How many are remembered now, at most: what was asked for in both generations counts twice. */
  get size(): number {
    return this.#young.size + this.#old.size;
  }

  get(grounds: Grounds, look: string): Verdict | undefined {
    const young = this.#young.get(grounds, look);
    if (young) return young;
    const old = this.#old.get(grounds, look);
    if (old) this.#keep(grounds, look, old);
    return old;
  }

  /** Remembers a verdict, and gives the one that says the same. */
  add(grounds: Grounds, look: string, verdict: Verdict): Verdict {
    const one = this.#sayings.get(
      sayingOf(verdict),
      () => verdict,
      () => true,
    );
    this.#keep(grounds, look, one);
    return one;
  }

  #keep(grounds: Grounds, look: string, verdict: Verdict): void {
    if (this.#young.size >= this.most / 2) {
      this.#old = this.#young;
      this.#young = new Generation();
    }
    this.#young.set(grounds, look, verdict);
  }
}

class Generation {
  readonly #shelves = new WeakMap<object, Shelf[]>();
  size = 0;

  get(grounds: Grounds, look: string): Verdict | undefined {
    return shelfIn(this.#shelves.get(rootOf(grounds)), grounds)?.looks.get(look);
  }

  set(grounds: Grounds, look: string, verdict: Verdict): void {
    const root = rootOf(grounds);
    const shelves = this.#shelves.get(root) ?? [];
    if (shelves.length === 0) this.#shelves.set(root, shelves);
    const known = shelfIn(shelves, grounds);
    if (!known && shelves.length === MOST_SHELVES) this.size -= shelves.shift()?.looks.size ?? 0;
    const shelf = known ?? { ...grounds, looks: new Map<string, Verdict>() };
    if (!known) shelves.push(shelf);
    shelf.looks.set(look, verdict);
    this.size++;
  }
}

function shelfIn(shelves: readonly Shelf[] | undefined, grounds: Grounds): Shelf | undefined {
  return shelves?.find(
    ({ purpose, profile, policy, inventory }) =>
      profile === grounds.profile &&
      policy === grounds.policy &&
      inventory === grounds.inventory &&
      purpose === grounds.purpose,
  );
}

const NOTHING = {};

/** What the shelves hang on: it goes when nobody has the purpose any more. */
const rootOf = ({ purpose, profile }: Grounds): object => purpose ?? profile ?? NOTHING;

/** All of a verdict that plays a part once it is made: of pools, which they are and where. */
const sayingOf = ({ open, otherwise, failed }: Verdict): string =>
  JSON.stringify([
    open.map(({ reasons, basis, pools }) => [reasons, basis, pools.map(whichOf)]),
    otherwise,
    failed,
  ]);

const whichOf = ({ id, region, jurisdiction }: Pool): readonly string[] => [id, region, jurisdiction];
