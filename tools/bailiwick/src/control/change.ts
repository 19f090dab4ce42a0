import { z } from 'zod';
import type { Look, Paint } from '../print/style.js';

/** A change request as the commands print it. */
export const Change = z.looseObject({
  id: z.string(),
  tenant: z.string().nullable(),
  title: z.string(),
  state: z.string(),
  author: z.object({ subject: z.string(), name: z.string() }),
  proposedAt: z.string(),
  diff: z.array(z.string()),
  approvals: z.array(z.object({ role: z.string(), name: z.string(), at: z.string() })),
  emergency: z
    .object({
      reason: z.string(),
      until: z.string(),
      review: z.object({ by: z.string(), finding: z.string() }).nullable(),
    })
    .nullable(),
  settledReason: z.string().nullable(),
});
export type Change = z.infer<typeof Change>;

/** How each state of a change looks. */
export const lookOfState = (state: string): Look =>
  state === 'in-force' ? 'good' : state === 'proposed' ? 'waiting' : 'bad';

/** A change on one screen: what it is, who has decided, and what it changes line by line. */
export function renderChange(change: Change, paint: Paint): readonly string[] {
  const { id, tenant, title, state, author, approvals, emergency, settledReason, diff } = change;
  return [
    `${id}  ${paint(state, lookOfState(state))}  ${tenant ?? 'the mesh'}`,
    `  ${title}`,
    `  proposed by ${author.name} at ${change.proposedAt}`,
    ...approvals.map(({ role, name, at }) => `  approved as ${role} by ${name} at ${at}`),
    ...(emergency ? [`  emergency until ${emergency.until}: ${emergency.reason}`] : []),
    ...(emergency?.review ? [`  reviewed by ${emergency.review.by}: ${emergency.review.finding}`] : []),
    ...(settledReason === null ? [] : [`  ${settledReason}`]),
    '',
    ...diff.map((line) => `  ${line}`),
  ];
}
