import { randomUUID } from 'node:crypto';
import type { ControlSigner } from '@bailiwick/kafka';
import { z } from 'zod';
import { lockEffects, type Db } from '../db.js';
import { ROLES } from '../people/caller.js';
import { FOUNDER, foundingChange } from './founding-change.js';
import type { FoundingAcknowledgement, Seed } from './seed.js';

/** People that an empty store is founded with: somebody must be able to approve the first change. */
export const FoundingPeople = z.array(
  z.strictObject({
    /** Claim `sub` of the person's access tokens. */
    subject: z.string().min(1).max(200),
    name: z.string().min(1).max(200),
    /** Roles by tenant, or by `*` for the mesh. */
    roles: z.record(z.string().min(1), z.array(z.enum(ROLES)).min(1)),
  }),
);
export type FoundingPeople = z.infer<typeof FoundingPeople>;

/** Whether anything was ever put in force here. */
export async function isFounded(db: Db): Promise<boolean> {
  const { rows } = await db.query('SELECT 1 FROM control.change LIMIT 1');
  return rows.length > 0;
}

/**
 * Founds an empty store from files, once: every thing by one recorded change, acknowledgements as they were given on paper,
 * and the first people. Afterwards the store is the source, and files are applied by change request.
 */
export async function found(
  db: Db,
  seed: Seed,
  people: FoundingPeople,
  signer: ControlSigner,
): Promise<void> {
  await lockEffects(db);
  if (await isFounded(db)) return;
  const detail = `${seed.things.length} things, ${people.length} people`;
  await foundingChange(db, { title: 'The founding state, by file', versions: seed.things, detail }, signer);
  for (const acknowledgement of seed.acknowledgements) await keep(db, acknowledgement);
  for (const person of people) await provision(db, person);
}

async function keep(
  db: Db,
  { tenant, version, text, textDigest, by, at }: FoundingAcknowledgement,
): Promise<void> {
  await db.query(
    `INSERT INTO control.acknowledgement (seq, tenant, version, text, text_digest, name, subject, at)
     VALUES (nextval('control.effect_seq'), $1, $2, $3, $4, $5, $6, $7)`,
    [tenant, version, text, textDigest, by, FOUNDER, at],
  );
}

/** One person in each scope, in a team named after each role. */
async function provision(db: Db, { subject, name, roles }: FoundingPeople[number]): Promise<void> {
  for (const [scope, held] of Object.entries(roles)) {
    const personId = randomUUID();
    await db.query(
      'INSERT INTO control.person (person_id, scope, subject, user_name, display_name) VALUES ($1, $2, $3, $3, $4)',
      [personId, scope, subject, name],
    );
    for (const role of held) {
      await db.query(
        `INSERT INTO control.team (team_id, scope, display_name) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
        [randomUUID(), scope, role],
      );
      await db.query(
        `INSERT INTO control.member (team_id, person_id)
         SELECT team_id, $3 FROM control.team WHERE scope = $1 AND lower(display_name) = $2`,
        [scope, role, personId],
      );
    }
  }
}
