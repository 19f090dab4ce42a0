import type { ControlBody, ControlKind } from '@bailiwick/domain';
import { purposeKey } from '@bailiwick/domain';
import type { Book, Version } from '../book/book.js';
import type { DeployedCell } from '../seed/deployed-cell.js';
import type { Kind } from '../terms/thing.js';

/** One thing that every cell is told; signing and numbering make a control entry of it. */
export interface Statement {
  readonly kind: ControlKind;
  /** Tenant, `tenant/purpose`, pool, region or `control-plane`. */
  readonly id: string;
  /** Null: the thing is retired. */
  readonly body: ControlBody<ControlKind> | null;
}

/**
 * Everything that is in force, and that what was retired is gone; cells and pools first, so that a reader can place
 * what follows. A pool whose key no deployment names is not told: nothing could be sealed to it.
 */
export function statementsOf(book: Book, cells: readonly DeployedCell[]): readonly Statement[] {
  const all = <K extends Kind>(kind: K, say: (version: Version<K>) => Statement | null): Statement[] =>
    book.all(kind).flatMap((version) => say(version) ?? []);
  return [
    ...cells.map(({ region, jurisdiction, ingestHttp, ingestGrpc }): Statement => ({
      kind: 'cell',
      id: region,
      body: { region, jurisdiction, ingestHttp, ingestGrpc },
    })),
    ...all('pool', ({ id, body }) => {
      if (body === null) return { kind: 'pool', id, body };
      const publicKey = cells.find(({ region }) => region === body.region)?.pools[id];
      return publicKey === undefined ? null : { kind: 'pool', id, body: { id, ...body, publicKey } };
    }),
    ...all('profile', ({ scope }) => profileStatement(book, scope)),
    ...all('purpose', ({ scope: tenant, id, version, body }) => ({
      kind: 'purpose',
      id: purposeKey(tenant, id),
      body: body && { id, tenant, version, ...body },
    })),
    ...all('policy', ({ scope: tenant, version, body }) => ({
      kind: 'policy',
      id: tenant,
      body: body && { tenant, version, ...body },
    })),
  ];
}

/** What cells decide by, and no more: contacts and retention stay in the control-plane. */
function profileStatement(book: Book, tenant: string): Statement | null {
  const standing = book.profile(tenant);
  if (!standing) return null;
  const { inForce, acknowledgement } = standing;
  if (!inForce.body) return { kind: 'profile', id: tenant, body: null };
  const { homeJurisdiction, homeRegion, permitted, isolation, contractReference } = inForce.body;
  return {
    kind: 'profile',
    id: tenant,
    body: {
      tenant,
      version: inForce.version,
      homeJurisdiction,
      homeRegion,
      permitted,
      isolation,
      contractReference,
      acknowledgement: acknowledgement && {
        by: acknowledgement.name,
        at: acknowledgement.at,
        textDigest: acknowledgement.textDigest,
      },
    },
  };
}

/** «I live»: what cells measure the age of their policy by. */
export const heartbeat = (now: number): Statement => ({
  kind: 'heartbeat',
  id: 'control-plane',
  body: { at: new Date(now).toISOString() },
});
