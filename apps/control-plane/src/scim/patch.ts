import { z } from 'zod';
import { groupState, memberIds, userState, type GroupState, type UserState } from './resources.js';
import { ScimError } from './scim-error.js';

const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

/** One operation of a PATCH (RFC 7644, 3.5.2); directories write its name in any case. */
const Operation = z.object({
  op: z
    .string()
    .transform((op) => op.toLowerCase())
    .pipe(z.enum(['add', 'replace', 'remove'])),
  path: z.string().max(500).optional(),
  value: z.unknown().optional(),
});
export type PatchOperation = z.output<typeof Operation>;

const Patch = z.object({ schemas: z.array(z.string()), Operations: z.array(Operation).min(1).max(1000) });

/** Throws `invalidSyntax` for what is no PATCH. */
export function patchOf(body: unknown): readonly PatchOperation[] {
  const parsed = Patch.safeParse(body);
  if (!parsed.success || !parsed.data.schemas.includes(PATCH))
    throw new ScimError(
      400,
      `a PATCH has schema ${PATCH} and Operations with op add, replace or remove`,
      'invalidSyntax',
    );
  return parsed.data.Operations;
}

const noPath = (): ScimError => new ScimError(400, 'the path names nothing that is kept here', 'invalidPath');
const Members = z.record(z.string(), z.unknown());

/** Members of a value without a path, each as an operation of its own; what is not kept here is passed over. */
function withPaths(operation: PatchOperation, kept: readonly string[]): readonly PatchOperation[] {
  if (operation.path !== undefined) return [operation];
  const value = Members.safeParse(operation.value);
  if (operation.op === 'remove' || !value.success)
    throw new ScimError(400, 'an operation without a path has an object as its value', 'noTarget');
  return Object.entries(value.data)
    .filter(([path]) => kept.some((name) => name.toLowerCase() === path.toLowerCase()))
    .map(([path, inner]) => ({ ...operation, path, value: inner }));
}

const bare = (path: string | undefined): string =>
  (path ?? '').replace(/^urn:ietf:params:scim:schemas:core:2\.0:(User|Group):/i, '').toLowerCase();

const required = (): ScimError => new ScimError(400, 'the attribute cannot be removed', 'mutability');

/** The user after the operations. */
export function patchUser(state: UserState, operations: readonly PatchOperation[]): UserState {
  let next: Record<string, unknown> = { ...state };
  const kept = ['userName', 'externalId', 'displayName', 'active', 'name'];
  for (const { op, path, value } of operations.flatMap((each) => withPaths(each, kept))) {
    const gone = op === 'remove';
    switch (bare(path)) {
      case 'username':
        if (gone) throw required();
        next = { ...next, userName: value };
        break;
      case 'active':
        if (gone) throw required();
        next = { ...next, active: value };
        break;
      case 'externalid':
        next = { ...next, externalId: gone ? null : value };
        break;
      case 'displayname':
      case 'name.formatted':
        next = { ...next, displayName: gone ? null : value };
        break;
      case 'name':
        next = { ...next, displayName: null, name: gone ? null : value };
        break;
      default:
        throw noPath();
    }
  }
  return userState(next);
}

const MEMBER = /^members\s*\[\s*value\s+eq\s+("(?:[^"\\]|\\.)*")\s*\]$/i;

/** The group after the operations. */
export function patchGroup(state: GroupState, operations: readonly PatchOperation[]): GroupState {
  let { displayName, externalId, members }: Record<keyof GroupState, unknown> & GroupState = state;
  const kept = ['displayName', 'externalId', 'members'];
  for (const { op, path, value } of operations.flatMap((each) => withPaths(each, kept))) {
    const one = MEMBER.exec(path ?? '')?.[1];
    if (one !== undefined) {
      if (op !== 'remove') throw new ScimError(400, 'a member is added by its value', 'invalidPath');
      const id: unknown = JSON.parse(one);
      members = members.filter((member) => member !== id);
      continue;
    }
    switch (bare(path)) {
      case 'displayname':
        if (op === 'remove') throw required();
        ({ displayName } = groupState({ displayName: value }));
        break;
      case 'externalid':
        ({ externalId } = groupState({ displayName, externalId: op === 'remove' ? null : value }));
        break;
      case 'members':
        members = patchMembers(members, op, value);
        break;
      default:
        throw noPath();
    }
  }
  return { displayName, externalId, members };
}

function patchMembers(
  members: readonly string[],
  op: PatchOperation['op'],
  value: unknown,
): readonly string[] {
  if (op === 'replace') return memberIds(value);
  if (op === 'add') return [...new Set([...members, ...memberIds(value)])];
  if (value === undefined || value === null) return [];
  const gone = new Set(memberIds(value));
  return members.filter((member) => !gone.has(member));
}
