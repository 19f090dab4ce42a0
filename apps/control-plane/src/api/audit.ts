import { z } from 'zod';
import type { Db } from '../db.js';
import { numberAfter, toPage, type Page, type PageQuery } from './page.js';

/** One line of the audit, as people read it. */
export const AuditView = z.object({
  at: z.iso.datetime(),
  subject: z.string(),
  act: z.string(),
  target: z.string(),
  detail: z.string(),
});

interface Row {
  readonly seq: string;
  readonly at: Date;
  readonly subject: string;
  readonly act: string;
  readonly target: string;
  readonly detail: string;
}

const view = ({ at, subject, act, target, detail }: Row): z.input<typeof AuditView> => ({
  at: at.toISOString(),
  subject,
  act,
  target,
  detail,
});

/** A page of a scope's audit, newest first. */
export async function auditPage(
  db: Db,
  scope: string,
  { limit, after }: z.output<typeof PageQuery>,
): Promise<Page<z.input<typeof AuditView>>> {
  const { rows } = await db.query<Row>(
    `SELECT * FROM control.audit WHERE scope = $1 AND ($2::bigint IS NULL OR seq < $2) ORDER BY seq DESC LIMIT $3`,
    [scope, numberAfter(after), limit + 1],
  );
  const { items, next } = toPage(rows, limit, ({ seq }) => seq);
  return { items: items.map(view), next };
}
