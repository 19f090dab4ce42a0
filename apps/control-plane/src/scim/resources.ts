import { z } from 'zod';
import { ScimError } from './scim-error.js';

export const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
export const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';

const Text = z.string().trim().min(1).max(200);
/** Some directories send truth as text. */
const Truth = z.union([
  z.boolean(),
  z
    .string()
    .regex(/^(true|false)$/i)
    .transform((text) => text.toLowerCase() === 'true'),
]);

/** What is kept of a user; whatever else a directory sends is not. */
export interface UserState {
  readonly userName: string;
  readonly externalId: string | null;
  readonly displayName: string;
  readonly active: boolean;
}

/** A user as it is sent. */
const UserBody = z.object({
  userName: Text,
  externalId: Text.nullish(),
  displayName: Text.nullish(),
  name: z
    .object({ formatted: Text.nullish(), givenName: Text.nullish(), familyName: Text.nullish() })
    .nullish(),
  active: Truth.default(true),
});

/** What is kept of a group. */
export interface GroupState {
  readonly displayName: string;
  readonly externalId: string | null;
  /** Ids of its people. */
  readonly members: readonly string[];
}

const Members = z
  .array(z.object({ value: Text }))
  .max(10_000)
  .transform((members) => [...new Set(members.map(({ value }) => value))]);

const GroupBody = z.object({ displayName: Text, externalId: Text.nullish(), members: Members.default([]) });

function parse<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const wrong = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new ScimError(400, wrong.join('; '), 'invalidValue');
}

/** Throws `invalidValue` with what is wrong. */
export function userState(body: unknown): UserState {
  const { userName, externalId, displayName, name, active } = parse(UserBody, body);
  const parts = [name?.givenName, name?.familyName].filter(Boolean).join(' ');
  return {
    userName,
    externalId: externalId ?? null,
    displayName: displayName ?? name?.formatted ?? (parts === '' ? userName : parts),
    active,
  };
}

/** Throws `invalidValue` with what is wrong. */
export function groupState(body: unknown): GroupState {
  const { displayName, externalId, members } = parse(GroupBody, body);
  return { displayName, externalId: externalId ?? null, members };
}

/** Ids that `members` of a change names. Throws `invalidValue`. */
export const memberIds = (value: unknown): readonly string[] =>
  parse(Members, Array.isArray(value) ? value : [value]);
