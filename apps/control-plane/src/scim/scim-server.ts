import { BailiwickError, inTransaction, type Logger } from '@bailiwick/platform';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type pg from 'pg';
import { z } from 'zod';
import { refuseNul } from '../api/refuse-nul.js';
import { audit } from '../audit/audit.js';
import { recordAttempt } from '../audit/foreign.js';
import type { Book } from '../book/book.js';
import type { Db } from '../db.js';
import { scopeOfBearer } from '../people/scim-bearers.js';
import { Directory } from './directory.js';
import { RESOURCE_TYPES, SCHEMAS, SERVICE_PROVIDER_CONFIG } from './discovery.js';
import { parseFilter } from './filter.js';
import { patchGroup, patchOf, patchUser } from './patch.js';
import { groupState, userState } from './resources.js';
import { ScimError, notFound } from './scim-error.js';

const SCIM = 'application/scim+json';
const BEARER = /^Bearer (scim_[\w-]{20,100})$/i;
const MOST = 200;

const Query = z.object({
  filter: z.string().optional(),
  startIndex: z.coerce.number().int().catch(1).default(1),
  count: z.coerce.number().int().catch(MOST).default(MOST),
});
const IdParams = z.object({ id: z.string().max(200) });

/** What the interface works with. */
export interface ScimParts {
  readonly database: pg.Pool;
  readonly book: Book;
  readonly now: () => number;
  readonly logger: Logger;
}

/** One call with a bearer that holds, in its transaction. */
interface Call {
  readonly db: Db;
  readonly directory: Directory;
  readonly id: string;
  readonly body: unknown;
  readonly query: z.output<typeof Query>;
  /** Records who was provisioned, and how. */
  readonly note: (act: string, target: string) => Promise<void>;
}
interface Answer {
  readonly status: number;
  readonly body: unknown;
}
const ok = (body: unknown): Answer => ({ status: 200, body });
const gone: Answer = { status: 204, body: null };

const list = (found: { total: number; resources: readonly unknown[] }, startIndex: number): Answer =>
  ok({
    schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
    totalResults: found.total,
    startIndex,
    itemsPerPage: found.resources.length,
    Resources: found.resources,
  });

const searchOf = ({ filter, startIndex, count }: Call['query']): Parameters<Directory['users']>[0] => ({
  filter: filter === undefined ? [] : parseFilter(filter),
  startIndex: Math.max(startIndex, 1),
  count: Math.min(Math.max(count, 0), MOST),
});

/** `METHOD path` of everything that a directory does. */
const OPERATIONS: Readonly<Record<string, (call: Call) => Promise<Answer>>> = {
  'GET /Users': async ({ directory, query }) => {
    const search = searchOf(query);
    return list(await directory.users(search), search.startIndex);
  },
  'GET /Groups': async ({ directory, query }) => {
    const search = searchOf(query);
    return list(await directory.groups(search), search.startIndex);
  },
  'GET /Users/:id': async ({ directory, id }) => ok((await directory.user(id)).resource),
  'GET /Groups/:id': async ({ directory, id }) => ok((await directory.group(id)).resource),
  'POST /Users': async ({ directory, body, note }) => {
    const id = await directory.addUser(userState(body));
    await note('user.add', id);
    return { status: 201, body: (await directory.user(id)).resource };
  },
  'POST /Groups': async ({ directory, body, note }) => {
    const id = await directory.addGroup(groupState(body));
    await note('group.add', id);
    return { status: 201, body: (await directory.group(id)).resource };
  },
  'PUT /Users/:id': async ({ directory, id, body, note }) => {
    await directory.setUser(id, userState(body));
    await note('user.set', id);
    return ok((await directory.user(id)).resource);
  },
  'PUT /Groups/:id': async ({ directory, id, body, note }) => {
    await directory.setGroup(id, groupState(body));
    await note('group.set', id);
    return ok((await directory.group(id)).resource);
  },
  'PATCH /Users/:id': async ({ directory, id, body, note }) => {
    const operations = patchOf(body);
    await directory.setUser(id, patchUser((await directory.user(id, true)).state, operations));
    await note('user.patch', id);
    return ok((await directory.user(id)).resource);
  },
  'PATCH /Groups/:id': async ({ directory, id, body, note }) => {
    const operations = patchOf(body);
    await directory.setGroup(id, patchGroup((await directory.group(id, true)).state, operations));
    await note('group.patch', id);
    return ok((await directory.group(id)).resource);
  },
  'DELETE /Users/:id': async ({ directory, id, note }) => {
    await directory.remove('User', id);
    await note('user.remove', id);
    return gone;
  },
  'DELETE /Groups/:id': async ({ directory, id, note }) => {
    await directory.remove('Group', id);
    await note('group.remove', id);
    return gone;
  },
  'POST /Bulk': () =>
    Promise.reject(new ScimError(501, 'bulk operations are not served; send one request a resource')),
  'GET /ServiceProviderConfig': async () => ok(SERVICE_PROVIDER_CONFIG),
  'GET /ResourceTypes': async () =>
    list({ total: Object.keys(RESOURCE_TYPES).length, resources: Object.values(RESOURCE_TYPES) }, 1),
  'GET /ResourceTypes/:id': async ({ id }) => ok(named(RESOURCE_TYPES, id)),
  'GET /Schemas': async () =>
    list({ total: Object.keys(SCHEMAS).length, resources: Object.values(SCHEMAS) }, 1),
  'GET /Schemas/:id': async ({ id }) => ok(named(SCHEMAS, id)),
};

function named(all: Readonly<Record<string, object>>, id: string): object {
  const found = Object.hasOwn(all, id) ? all[id] : undefined;
  if (!found) throw notFound();
  return found;
}

/** SCIM 2.0 (RFC 7643, RFC 7644) for the directory of one tenant: the one that its bearer belongs to. */
export const serveScim =
  (parts: ScimParts) =>
  (fastify: FastifyInstance): void => {
    void fastify.register(
      async (scope) => {
        scope.addContentTypeParser(SCIM, { parseAs: 'string' }, scope.getDefaultJsonParser('error', 'error'));
        scope.setErrorHandler((thrown, _request, reply) => refuse(thrown, reply, parts.logger));
        scope.setNotFoundHandler((_request, reply) => refuse(notFound(), reply, parts.logger));
        scope.addHook('preValidation', refuseNul);
        for (const [name, operation] of Object.entries(OPERATIONS)) {
          const [method = '', url = ''] = name.split(' ');
          scope.route({ method, url, handler: (request, reply) => answer(parts, operation, request, reply) });
        }
      },
      { prefix: '/scim/v2' },
    );
  };

async function answer(
  parts: ScimParts,
  operation: (call: Call) => Promise<Answer>,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const bearer = BEARER.exec(request.headers.authorization ?? '')?.[1];
  const { database } = parts;
  const holder = bearer === undefined ? undefined : await scopeOfBearer(database, bearer);
  if (!holder) throw new ScimError(401, 'send the SCIM bearer of a tenant: authorization: Bearer scim_…');
  const { scope, id: bearerId } = holder;
  const { id = '' } = IdParams.partial().parse(request.params ?? {});
  const answered = await inTransaction(database, (db) =>
    // A refusal of SCIM takes the transaction back, and passes through what knows only errors of ours.
    operation({
      db,
      directory: new Directory(db, scope),
      id,
      body: request.body,
      query: Query.parse(request.query ?? {}),
      note: (act, target) => audit(db, { scope, subject: `scim/${bearerId}`, act, target }),
    }),
  ).catch(async (thrown: unknown) => {
    const cause =
      thrown instanceof BailiwickError && thrown.cause instanceof ScimError ? thrown.cause : thrown;
    if (cause instanceof ScimError && cause.named.length > 0)
      await inTransaction(database, (db) => recordForeign(parts, db, scope, bearerId, cause.named));
    throw cause;
  });
  return reply
    .status(answered.status)
    .type(SCIM)
    .send(answered.body === null ? undefined : answered.body);
}

/** A bearer that names somebody of another tenant is an attempt to reach across; the answer is the same as for nobody. */
async function recordForeign(
  { book, now }: ScimParts,
  db: Db,
  scope: string,
  bearerId: string,
  named: readonly string[],
): Promise<void> {
  const { rows } = await db.query<{ scope: string }>(
    `SELECT DISTINCT scope FROM (SELECT person_id AS id, scope FROM control.person UNION ALL SELECT team_id, scope FROM control.team) r
     WHERE id = ANY($1) AND scope <> $2`,
    [named, scope],
  );
  for (const { scope: tenant } of rows)
    await recordAttempt(db, book, now(), { tenant, subject: `scim/${bearerId}`, where: 'SCIM' });
}

function refuse(thrown: unknown, reply: FastifyReply, logger: Logger): void {
  const known = thrown instanceof ScimError ? thrown : scimOf(thrown, logger);
  if (known.status === 401) void reply.header('www-authenticate', 'Bearer');
  void reply.status(known.status).type(SCIM).send(JSON.stringify(known));
}

function scimOf(thrown: unknown, logger: Logger): ScimError {
  const client = thrown instanceof Error && 'statusCode' in thrown ? Number(thrown.statusCode) : 500;
  if (client >= 400 && client < 500)
    return new ScimError(client, 'the request is malformed', 'invalidSyntax');
  const error = BailiwickError.from(thrown);
  logger.error('a SCIM request failed', { error });
  return new ScimError(error.policy.http, error.detail);
}
