import { describe, expect, test } from 'vitest';
import { patchGroup, patchOf, patchUser } from './patch.js';
import type { GroupState, UserState } from './resources.js';

const SCHEMA = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const operations = (...all: readonly object[]) => patchOf({ schemas: [SCHEMA], Operations: all });
const user: UserState = { userName: 'anna', externalId: 'a-1', displayName: 'Anna', active: true };
const group: GroupState = { displayName: 'security', externalId: null, members: ['p1', 'p2'] };

describe('a user', () => {
  test.each<[string, object, Partial<UserState>]>([
    ['replaced at a path', { op: 'replace', path: 'active', value: false }, { active: false }],
    [
      'replaced as some directories write it',
      { op: 'Replace', path: 'active', value: 'False' },
      { active: false },
    ],
    [
      'added at a path of the name',
      { op: 'add', path: 'name.formatted', value: 'Anna B' },
      { displayName: 'Anna B' },
    ],
    [
      'replaced without a path',
      { op: 'replace', value: { displayName: 'A', active: false, title: 'x' } },
      { displayName: 'A', active: false },
    ],
    ['removed', { op: 'remove', path: 'externalId' }, { externalId: null }],
    [
      'named by its schema',
      { op: 'replace', path: 'urn:ietf:params:scim:schemas:core:2.0:User:userName', value: 'b' },
      { userName: 'b' },
    ],
  ])('is %s', (_how, operation, expected) => {
    expect(patchUser(user, operations(operation))).toEqual({ ...user, ...expected });
  });

  test.each<[object, string]>([
    [{ op: 'remove', path: 'userName' }, 'mutability'],
    [{ op: 'replace', path: 'roles', value: 'security' }, 'invalidPath'],
    [{ op: 'replace', path: 'active', value: 'perhaps' }, 'invalidValue'],
    [{ op: 'remove' }, 'noTarget'],
  ])('is not changed by %j', (operation, scimType) => {
    expect(() => patchUser(user, operations(operation))).toThrow(
      expect.objectContaining({ status: 400, scimType }),
    );
  });
});

describe('a group', () => {
  test.each<[string, object, Partial<GroupState>]>([
    [
      'gets members',
      { op: 'add', path: 'members', value: [{ value: 'p3' }, { value: 'p1' }] },
      { members: ['p1', 'p2', 'p3'] },
    ],
    ['loses one', { op: 'remove', path: 'members[value eq "p1"]' }, { members: ['p2'] }],
    [
      'loses those of a list',
      { op: 'remove', path: 'members', value: [{ value: 'p2' }] },
      { members: ['p1'] },
    ],
    ['loses all', { op: 'remove', path: 'members' }, { members: [] }],
    ['gets others', { op: 'replace', path: 'members', value: [{ value: 'p9' }] }, { members: ['p9'] }],
    [
      'gets another name',
      { op: 'replace', value: { displayName: 'compliance' } },
      { displayName: 'compliance' },
    ],
  ])('%s', (_how, operation, expected) => {
    expect(patchGroup(group, operations(operation))).toEqual({ ...group, ...expected });
  });
});

test.each([
  {},
  { schemas: [SCHEMA], Operations: [] },
  { schemas: ['urn:x'], Operations: [{ op: 'add' }] },
  { schemas: [SCHEMA], Operations: [{ op: 'move' }] },
])('%j is no PATCH', (body) => {
  expect(() => patchOf(body)).toThrow(expect.objectContaining({ scimType: 'invalidSyntax' }));
});
