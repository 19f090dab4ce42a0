import { CrmSubscription, EVENT_MEMBERS } from '@bailiwick/crm';
import { z } from 'zod';

/** One subscription of this cell: whose it is, for what its records are, and where they come from. */
export const Pull = z.strictObject({
  /** Names the pull, and its cursor; never rename it, what was pulled belongs to the name. */
  name: z.string().regex(/^[a-z][a-z0-9-]{1,60}$/),
  tenant: z.string().min(1),
  purpose: EVENT_MEMBERS.purpose,
  /** CloudEvents source of its records. */
  source: EVENT_MEMBERS.source,
  crm: CrmSubscription,
});
export type Pull = z.infer<typeof Pull>;

/** All subscriptions of a cell, as written in the subscriptions file. */
export const PullFile = z.array(Pull).superRefine((pulls, context) => {
  const names = pulls.map(({ name }) => name);
  for (const name of new Set(names.filter((each, index) => names.indexOf(each) !== index)))
    context.addIssue({ code: 'custom', message: `subscription ${name} is named twice` });
});
export type PullFile = z.infer<typeof PullFile>;
