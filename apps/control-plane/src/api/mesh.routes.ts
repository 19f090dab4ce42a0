import { CellEndpoints } from '@bailiwick/domain';
import { z } from 'zod';
import type { Book } from '../book/book.js';
import { CHANGE_STATES, type ChangeState } from '../change/change-state.js';
import { belongs, requireBelonging, requireRole } from '../people/caller.js';
import type { CellPublisher } from '../publish/cell-publisher.js';
import type { DeployedCell } from '../seed/deployed-cell.js';
import { KINDS, MESH, type Kind } from '../terms/thing.js';
import { AuditView, auditPage } from './audit.js';
import { PageQuery, pageFrom, pageOf } from './page.js';
import { route, type Route } from './route.js';
import { CatalogView, Me, PoolView } from './view.js';

const Counts = z.object({
  tenants: z.int(),
  /** Tenants whose residency profile is acknowledged; the others are refused everywhere. */
  acknowledged: z.int(),
  /** Things in force, by kind. */
  things: z.record(z.enum(KINDS), z.int()),
  /** Changes, by where they stand. */
  changes: z.partialRecord(z.enum(CHANGE_STATES), z.int()),
});

const CellView = CellEndpoints.extend({
  /** Whether the cell holds everything that is in force, and hears the heartbeat. */
  published: z.boolean(),
});

/** What the routes of the mesh tell of. */
export interface MeshParts {
  readonly book: Book;
  readonly cells: readonly DeployedCell[];
  readonly publishers: readonly CellPublisher[];
}

/** What belongs to no tenant. */
export const meshRoutes = ({ book, cells, publishers }: MeshParts): readonly Route[] => [
  route({
    method: 'get',
    path: '/v1/me',
    operationId: 'whoAmI',
    summary: 'Who you are here, and what you may do',
    answer: Me,
    handle: async ({ caller: { subject, name, roles, supports } }) => ({
      body: {
        subject,
        name,
        roles: Object.fromEntries([...roles].map(([scope, held]) => [scope, [...held]])),
        supports: [...supports],
      },
    }),
  }),
  route({
    method: 'get',
    path: '/v1/cells',
    operationId: 'listCells',
    summary: 'Cells, and whether each was told everything',
    query: PageQuery,
    answer: pageOf(CellView),
    handle: async ({ query }) => {
      const views = cells.map(({ region, jurisdiction, ingestHttp, ingestGrpc }) => {
        const published = publishers.some((cell) => cell.region === region && cell.published);
        return { region, jurisdiction, ingestHttp, ingestGrpc, published };
      });
      return {
        body: pageFrom(
          views.toSorted((a, b) => (a.region < b.region ? -1 : 1)),
          query,
          (cell) => cell.region,
        ),
      };
    },
  }),
  route({
    method: 'get',
    path: '/v1/pools',
    operationId: 'listPools',
    summary: 'Pools that are shared, or dedicated to a tenant of yours',
    query: PageQuery,
    answer: pageOf(PoolView),
    handle: async ({ caller, query }) => {
      const found = book.all('pool', MESH).flatMap(({ id, version, body }) => {
        const owner = body?.dedicatedTo ?? null;
        const mine = owner === null || belongs(caller, owner) || belongs(caller, MESH);
        return body && mine ? [{ id, version, ...body }] : [];
      });
      return { body: pageFrom(found, query, ({ id }) => id) };
    },
  }),
  route({
    method: 'get',
    path: '/v1/catalogs',
    operationId: 'listCatalogs',
    summary: 'Field catalogs: what each field of a CRM object is',
    query: PageQuery,
    answer: pageOf(CatalogView),
    handle: async ({ query }) => {
      const found = book
        .all('catalog', MESH)
        .flatMap(({ id, version, body }) => (body ? [{ object: id, version, ...body }] : []));
      return { body: pageFrom(found, query, ({ object }) => object) };
    },
  }),
  route({
    method: 'get',
    path: '/v1/audit',
    operationId: 'listMeshAudit',
    summary: 'Who did what to what belongs to no tenant, newest first, for people of the mesh',
    query: PageQuery,
    answer: pageOf(AuditView),
    handle: async ({ db, caller, query }) => {
      requireBelonging(caller, MESH);
      return { body: await auditPage(db, MESH, query) };
    },
  }),
  route({
    method: 'get',
    path: '/v1/counts',
    operationId: 'countAll',
    summary: 'How much there is over all tenants, for operators: numbers, never what anything says',
    answer: Counts,
    handle: async ({ db, caller }) => {
      requireRole(caller, MESH, 'operator');
      const { rows } = await db.query<{ state: ChangeState; count: number }>(
        'SELECT state, count(*)::integer AS count FROM control.change GROUP BY state',
      );
      const count = (kind: Kind): number => {
        let found = 0;
        for (const { body } of book.everywhere(kind)) if (body !== null) found++;
        return found;
      };
      let acknowledged = 0;
      for (const { scope, body } of book.everywhere('profile'))
        if (body !== null && book.profile(scope)?.acknowledgement) acknowledged++;
      return {
        body: {
          tenants: count('profile'),
          acknowledged,
          things: {
            profile: count('profile'),
            purpose: count('purpose'),
            policy: count('policy'),
            pool: count('pool'),
            catalog: count('catalog'),
            connection: count('connection'),
            erasure: count('erasure'),
          },
          changes: Object.fromEntries(rows.map((row) => [row.state, row.count])),
        },
      };
    },
  }),
];
