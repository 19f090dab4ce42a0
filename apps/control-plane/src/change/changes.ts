import { BailiwickError } from '@bailiwick/platform';
import type { ControlSigner } from '@bailiwick/kafka';
import { audit } from '../audit/audit.js';
import { report } from '../audit/violation-report.js';
import type { Book } from '../book/book.js';
import type { Db } from '../db.js';
import { belongs, hasRole, requireBelonging, requireRole } from '../people/caller.js';
import type { Caller, NotThere } from '../people/caller.js';
import type { DeployedCell } from '../seed/deployed-cell.js';
import { MESH, belongsTo, type Kind } from '../terms/thing.js';
import { differences } from '../terms/diff.js';
import { opened, step, type Act, type ApprovingRole, type Refusal } from './change-state.js';
import {
  findChange,
  insertApproval,
  insertChange,
  keepReview,
  settleChange,
  standingOf,
  type Change,
} from './change-store.js';
import { applyChange, holdEffects, isCurrent, revertChange } from './effects.js';
import { keyIn, problemsOfChange, withKeyInForce, type Operation, type RawTerms } from './operation.js';
import { signStatement, statedThings } from './statement.js';

/** What somebody asks to change. */
export interface Proposal {
  /** Tenant, or null for what belongs to none. */
  readonly tenant: string | null;
  readonly title: string;
  readonly things: readonly {
    readonly kind: Kind;
    readonly id: string;
    /** Version that the author saw; the newest when absent. */
    readonly base?: number | undefined;
    readonly terms: RawTerms;
  }[];
  /** Asks for effect at once, for a reason that cannot wait. */
  readonly emergency?: { readonly reason: string; readonly minutes: number } | undefined;
}

/** What changes are made with. */
export interface ChangeParts {
  readonly book: Book;
  readonly cells: readonly DeployedCell[];
  readonly entities: ReadonlySet<string>;
  readonly signer: ControlSigner;
  readonly now: () => number;
}

const NO_CHANGE: NotThere = { code: 'change-unknown', detail: 'there is no change of this id' };

const REFUSALS: Readonly<Record<Refusal, () => BailiwickError>> = {
  closed: () => new BailiwickError('change-closed', 'the change has come to its end'),
  'own-change': () => new BailiwickError('approval-not-permitted', 'its author cannot decide about a change'),
  'role-taken': () =>
    new BailiwickError('approval-not-permitted', 'somebody has approved the change in this role'),
  'already-approved': () =>
    new BailiwickError(
      'approval-not-permitted',
      'you have approved the change; the other role takes another person',
    ),
  'not-the-author': () =>
    new BailiwickError('approval-not-permitted', 'only its author can withdraw a change'),
};

/** Changes of everything that changes by request only: four eyes, and a way for emergencies that nobody overlooks. */
export class Changes {
  constructor(private readonly parts: ChangeParts) {}

  /** Proposes a change, or puts an emergency in force. Throws `change-invalid` with all that is wrong, `change-stale`. */
  async propose(db: Db, caller: Caller, proposal: Proposal): Promise<Change> {
    const { book, now } = this.parts;
    const { tenant, title, emergency } = proposal;
    const scope = tenant ?? MESH;
    const authority = this.#authority(caller, scope, proposal);
    requireRole(caller, authority, emergency ? 'emergency' : 'author');
    if (emergency) await holdEffects(db, book);
    const operations = this.#operations(scope, proposal);
    this.#refuseProblems(scope, operations);
    const standing = opened(
      caller.subject,
      emergency ? { now: now(), forMs: emergency.minutes * 60_000 } : null,
    );
    const id = await insertChange(db, {
      scope,
      authority,
      title,
      reason: emergency?.reason ?? null,
      author: caller.subject,
      authorName: caller.name,
      operations,
      state: standing.state,
      emergencyUntil: standing.emergencyUntil,
    });
    const change = await this.#found(db, id);
    await audit(db, { scope, subject: caller.subject, act: 'change.propose', target: id, detail: title });
    if (emergency) await this.#beginEmergency(db, change, emergency.reason);
    return this.#found(db, id);
  }

  /** The change with this id; a stranger to it gets the same answer as for one that is not there. */
  async get(db: Db, caller: Caller, id: string): Promise<Change> {
    return this.#visible(caller, await this.#found(db, id));
  }

  /** Approves in one role; the second of two puts the change in force. */
  approve(db: Db, caller: Caller, id: string, role: ApprovingRole, revision: number): Promise<Change> {
    return this.#act(db, caller, id, revision, (change) => {
      requireRole(caller, change.authority, role, NO_CHANGE);
      return { kind: 'approve', by: caller.subject, role };
    });
  }

  /** Rejects; an emergency loses its effect. */
  reject(db: Db, caller: Caller, id: string, reason: string, revision: number): Promise<Change> {
    const mayReject = (change: Change): Act => {
      this.#requireApprover(caller, change);
      return { kind: 'reject', by: caller.subject };
    };
    return this.#act(db, caller, id, revision, mayReject, reason);
  }

  /** Withdraws; its author only. */
  withdraw(db: Db, caller: Caller, id: string, revision: number): Promise<Change> {
    return this.#act(db, caller, id, revision, () => ({ kind: 'withdraw', by: caller.subject }));
  }

  /** Keeps what somebody who did not make it found about an emergency that ended without two approvals. */
  async review(db: Db, caller: Caller, id: string, finding: string, revision: number): Promise<Change> {
    const change = this.#visible(caller, await this.#found(db, id, true));
    this.#requireApprover(caller, change);
    if (caller.subject === change.author) throw REFUSALS['own-change']();
    const ended = change.state === 'expired' || change.state === 'withdrawn';
    if (!ended || change.emergencyUntil === null || change.review)
      throw new BailiwickError('change-closed', 'this is no emergency that waits for a review');
    this.#requireRevision(change, revision);
    await keepReview(db, id, caller.subject, finding);
    const { scope } = change;
    await audit(db, { scope, subject: caller.subject, act: 'change.review', target: id, detail: finding });
    return this.#found(db, id);
  }

  /** Ends an emergency whose time is over, as nobody's act. */
  async expire(db: Db, id: string): Promise<void> {
    const act: Act = { kind: 'pass-time', now: this.parts.now() };
    await this.#settle(db, await this.#found(db, id, true), act, 'time');
  }

  async #act(
    db: Db,
    caller: Caller,
    id: string,
    revision: number,
    act: (change: Change) => Act,
    reason?: string,
  ): Promise<Change> {
    const change = this.#visible(caller, await this.#found(db, id, true));
    const permitted = act(change);
    this.#requireRevision(change, revision);
    await this.#settle(db, change, permitted, caller.subject, { name: caller.name, reason });
    return this.#found(db, id);
  }

  async #settle(
    db: Db,
    change: Change,
    act: Act,
    subject: string,
    given: { readonly name?: string; readonly reason?: string | undefined } = {},
  ): Promise<void> {
    const { book } = this.parts;
    const { id, scope } = change;
    const next = step(standingOf(change), act);
    if (!next.done) throw REFUSALS[next.refusal]();
    if (act.kind === 'approve')
      await insertApproval(db, id, { role: act.role, subject, name: given.name ?? '' });
    let { state } = next.standing;
    let statement: string | undefined;
    if (next.effect !== 'none') await holdEffects(db, book);
    if (next.effect === 'revert') await revertChange(db, book, change);
    if (next.effect === 'apply') {
      const holds =
        isCurrent(book, scope, change.operations) && this.#problems(scope, change.operations).length === 0;
      if (holds) await applyChange(db, change);
      else state = 'stale';
    }
    if (state === 'in-force') statement = await this.#state(db, change);
    const reason = given.reason;
    await settleChange(db, id, {
      state,
      by: subject,
      ...(reason !== undefined && { reason }),
      ...(statement !== undefined && { statement }),
    });
    const detail = `${change.state} → ${state}${reason === undefined ? '' : `: ${reason}`}`;
    await audit(db, { scope, subject, act: `change.${act.kind}`, target: id, detail });
  }

  /** Signed with the approvals as they stand in the store, this transaction's own among them. */
  async #state(db: Db, { id }: Change): Promise<string> {
    const { scope, author, approvals, operations, reason } = await this.#found(db, id);
    return signStatement(
      {
        change: id,
        tenant: scope === MESH ? null : scope,
        author,
        approvals: approvals.map(({ role, subject, at }) => ({ role, by: subject, at })),
        emergency: reason,
        effectiveAt: new Date(this.parts.now()).toISOString(),
        things: statedThings(operations),
      },
      this.parts.signer,
    );
  }

  /** In force at once, signed, and told to every cell that it concerns as a violation of four eyes. */
  async #beginEmergency(db: Db, change: Change, reason: string): Promise<void> {
    const { book, cells } = this.parts;
    const { id, scope, author } = change;
    await applyChange(db, change);
    await settleChange(db, id, { state: 'emergency', by: author, statement: await this.#state(db, change) });
    await audit(db, { scope, subject: author, act: 'change.emergency', target: id, detail: reason });
    const home = book.profile(scope)?.inForce.body?.homeRegion;
    await report(db, {
      id: `control-plane/change-unreviewed/${id}`,
      regions: home === undefined ? cells.map(({ region }) => region) : [home],
      tenant: scope === MESH ? '' : scope,
      code: 'change-unreviewed',
      detail: `emergency change ${id} is in force without approval until ${change.emergencyUntil?.toISOString() ?? ''}`,
    });
  }

  /** The first profile of a tenant is decided about by the mesh's people: the tenant has none yet. */
  #authority(caller: Caller, scope: string, { things }: Proposal): string {
    const isFirst =
      scope !== MESH && !this.parts.book.profile(scope) && things.every(({ kind }) => kind === 'profile');
    return isFirst && belongs(caller, MESH) ? MESH : scope;
  }

  #operations(scope: string, { things, emergency }: Proposal): readonly Operation[] {
    const wrong: string[] = [];
    const operations = things.map(({ kind, id, base, terms }): Operation => {
      const latest = this.parts.book.latest(kind, scope, id);
      const before = (latest?.body ?? null) as RawTerms;
      const name = `${kind} ${id}`;
      if (belongsTo(kind) !== (scope === MESH ? 'mesh' : 'tenant'))
        wrong.push(`${name}: belongs to ${belongsTo(kind) === 'mesh' ? 'no tenant' : 'a tenant'}`);
      if ((kind === 'profile' || kind === 'policy') && id !== scope)
        wrong.push(`${name}: its id is the tenant's`);
      if (emergency && kind === 'profile')
        wrong.push(
          `${name}: takes effect by acknowledgement only; forbid by a policy, or withdraw the acknowledgement`,
        );
      if (kind === 'erasure')
        wrong.push(...problemsOfErasure(name, before !== null, emergency !== undefined));
      if (base !== undefined && base !== (latest?.version ?? 0))
        throw new BailiwickError('change-stale', `${name} stands at version ${latest?.version ?? 0} now`);
      if (terms === null && before === null) wrong.push(`${name}: there is none to retire`);
      const after = kind === 'pool' ? withKeyInForce(before, terms) : terms;
      if (emergency && kind === 'pool' && after !== null && keyIn(after) !== keyIn(before))
        wrong.push(`${name}: publicKey: to whom records are sealed takes two people, also in an emergency`);
      if (differences(before, after).length === 0) wrong.push(`${name}: says this already`);
      return { kind, id, base: latest?.version ?? 0, before, after };
    });
    if (new Set(operations.map(({ kind, id }) => `${kind}/${id}`)).size < operations.length)
      wrong.push('one thing is changed twice');
    if (wrong.length > 0) throw new BailiwickError('change-invalid', wrong.join('; '));
    return operations;
  }

  #problems(scope: string, operations: readonly Operation[]): readonly string[] {
    const { book, cells, entities } = this.parts;
    return problemsOfChange(scope, operations, book, cells, entities);
  }

  #refuseProblems(scope: string, operations: readonly Operation[]): void {
    const problems = this.#problems(scope, operations);
    if (problems.length > 0) throw new BailiwickError('change-invalid', problems.join('; '));
  }

  #requireApprover(caller: Caller, { authority }: Change): void {
    if (!hasRole(caller, authority, 'security')) requireRole(caller, authority, 'compliance', NO_CHANGE);
  }

  #requireRevision(change: Change, revision: number): void {
    if (change.revision !== revision)
      throw new BailiwickError(
        'version-stale',
        'something happened to the change since you read it; read it again',
      );
  }

  #visible(caller: Caller, change: Change): Change {
    if (!belongs(caller, change.scope)) requireBelonging(caller, change.authority, NO_CHANGE);
    return change;
  }

  async #found(db: Db, id: string, forUpdate = false): Promise<Change> {
    const change = await findChange(db, id, forUpdate);
    if (!change) throw new BailiwickError(NO_CHANGE.code, NO_CHANGE.detail);
    return change;
  }
}

/** What is destroyed comes not back: an order is given once, by two people, and for good. */
const problemsOfErasure = (name: string, given: boolean, emergency: boolean): readonly string[] => [
  ...(given ? [`${name}: was ordered; an order is neither changed nor taken back`] : []),
  ...(emergency ? [`${name}: cannot be undone, so it takes two people, also in an emergency`] : []),
];
