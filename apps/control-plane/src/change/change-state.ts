/** Roles whose holders approve changes: one of each. */
export const APPROVING_ROLES = ['security', 'compliance'] as const;
export type ApprovingRole = (typeof APPROVING_ROLES)[number];

/** Longest life of an emergency change that nobody approved, in milliseconds. */
export const LONGEST_EMERGENCY_MS = 4 * 3_600_000;

/**
 * Where a change stands. `proposed` and `emergency` are open: the first has no effect yet, the second has, until it is
 * approved, rejected or expires. The others are ends; of them only `in-force` has, or had, its effect for good.
 */
export const CHANGE_STATES = [
  'proposed',
  'emergency',
  'in-force',
  'rejected',
  'withdrawn',
  'stale',
  'expired',
] as const;
export type ChangeState = (typeof CHANGE_STATES)[number];

/** What of a change its rules depend on. */
export interface Standing {
  readonly state: ChangeState;
  /** Subject of who proposed it. */
  readonly author: string;
  readonly approvals: readonly { readonly role: ApprovingRole; readonly by: string }[];
  /** End of an emergency in milliseconds since the epoch; null for every other change. */
  readonly emergencyUntil: number | null;
}

/** What somebody does about a change, or time. */
export type Act =
  | { readonly kind: 'approve'; readonly by: string; readonly role: ApprovingRole }
  | { readonly kind: 'reject'; readonly by: string }
  | { readonly kind: 'withdraw'; readonly by: string }
  | { readonly kind: 'pass-time'; readonly now: number };

/** What follows for the things that the change is about. */
export type Effect = 'none' | 'apply' | 'revert';

/** Why an act is refused. */
export type Refusal = 'closed' | 'own-change' | 'role-taken' | 'already-approved' | 'not-the-author';

export type Step =
  | { readonly done: true; readonly standing: Standing; readonly effect: Effect }
  | { readonly done: false; readonly refusal: Refusal };

const refuse = (refusal: Refusal): Step => ({ done: false, refusal });

/**
 * The life of a change: a total function of where it stands and what is done. Two people who are not its author, one in
 * each role, put it in force. An emergency has its effect at once and loses it, unless they do, at its end at the latest.
 */
export function step(standing: Standing, act: Act): Step {
  const { state, author, approvals, emergencyUntil } = standing;
  const end = (next: ChangeState, effect: Effect): Step => ({
    done: true,
    standing: { ...standing, state: next },
    effect,
  });
  const open = state === 'proposed' || state === 'emergency';
  const undo: Effect = state === 'emergency' ? 'revert' : 'none';
  switch (act.kind) {
    case 'pass-time': {
      const over = state === 'emergency' && act.now >= (emergencyUntil ?? 0);
      return over ? end('expired', 'revert') : { done: true, standing, effect: 'none' };
    }
    case 'withdraw':
      if (!open) return refuse('closed');
      return act.by === author ? end('withdrawn', undo) : refuse('not-the-author');
    case 'reject':
      if (!open) return refuse('closed');
      return act.by === author ? refuse('own-change') : end('rejected', undo);
    case 'approve': {
      if (!open) return refuse('closed');
      if (act.by === author) return refuse('own-change');
      if (approvals.some(({ by }) => by === act.by)) return refuse('already-approved');
      if (approvals.some(({ role }) => role === act.role)) return refuse('role-taken');
      const next = { ...standing, approvals: [...approvals, { role: act.role, by: act.by }] };
      if (!APPROVING_ROLES.every((role) => next.approvals.some((given) => given.role === role)))
        return { done: true, standing: next, effect: 'none' };
      return {
        done: true,
        standing: { ...next, state: 'in-force' },
        effect: state === 'emergency' ? 'none' : 'apply',
      };
    }
  }
}

/** Where a new change stands. An emergency lasts as long as asked for, and never longer than the limit. */
export const opened = (author: string, emergency: { now: number; forMs: number } | null): Standing => ({
  state: emergency ? 'emergency' : 'proposed',
  author,
  approvals: [],
  emergencyUntil: emergency
    ? emergency.now + Math.min(Math.max(emergency.forMs, 0), LONGEST_EMERGENCY_MS)
    : null,
});
