import type { ControlBody, ControlKind } from '@bailiwick/domain';
import { purposeKey } from '@bailiwick/domain';
import type { Acknowledged, Book } from '../book/book.js';
import type { DeployedCell } from '../seed/deployed-cell.js';
import type { Kind, Name, Terms } from '../terms/thing.js';

/** One thing that every cell is told; signing and numbering make a control entry of it. */
export interface Statement {
  readonly kind: ControlKind;
  /** Tenant, `tenant/purpose`, pool, region or `control-plane`. */
  readonly id: string;
  /** Null: the thing is retired. */
  readonly body: ControlBody<ControlKind> | null;
}

/** A thing as it is, or as it would be. */
export interface StatedThing<K extends Kind = Kind> extends Name {
  readonly kind: K;
  readonly version: number;
  readonly body: Terms<K> | null;
}

/** What makes a statement of terms, beside them. */
export interface StatedBy {
  readonly cells: readonly DeployedCell[];
  /** Of a profile. */
  readonly acknowledgement: Pick<Acknowledged, 'name' | 'at' | 'textDigest'> | null;
}

type Makers = { readonly [K in Kind]: (thing: StatedThing<K>, by: StatedBy) => Statement | null };

const MAKERS: Makers = {
  /** A pool whose key no deployment names is not told: nothing could be sealed to it. */
  pool: ({ id, body }, { cells }) => {
    if (body === null) return { kind: 'pool', id, body };
    const publicKey = cells.find(({ region }) => region === body.region)?.pools[id];
    return publicKey === undefined ? null : { kind: 'pool', id, body: { id, ...body, publicKey } };
  },
  /** What cells decide by, and no more: contacts and retention stay in the control-plane. */
  profile: ({ scope: tenant, version, body }, { acknowledgement }) => {
    if (body === null) return { kind: 'profile', id: tenant, body };
    const { retention: _, incidentContacts: __, ...residency } = body;
    const acknowledged = acknowledgement && {
      by: acknowledgement.name,
      at: acknowledgement.at,
      textDigest: acknowledgement.textDigest,
    };
    return {
      kind: 'profile',
      id: tenant,
      body: { tenant, version, ...residency, acknowledgement: acknowledged },
    };
  },
  purpose: ({ scope: tenant, id, version, body }) => ({
    kind: 'purpose',
    id: purposeKey(tenant, id),
    body: body && { id, tenant, version, ...body },
  }),
  policy: ({ scope: tenant, version, body }) => ({
    kind: 'policy',
    id: tenant,
    body: body && { tenant, version, ...body },
  }),
  /** Catalogs are what purposes are checked against; no cell is told. */
  catalog: () => null,
};

/** What a cell would be told of a thing, or null for what it is not told. */
export const statementOf = <K extends Kind>(thing: StatedThing<K>, by: StatedBy): Statement | null =>
  MAKERS[thing.kind](thing, by);

/** Everything that is in force, and that what was retired is gone; cells and pools first, so that a reader can place what follows. */
export function statementsOf(book: Book, cells: readonly DeployedCell[]): readonly Statement[] {
  const all = (kind: Kind): Statement[] =>
    book.all(kind).flatMap((newest) => {
      const standing = kind === 'profile' ? book.profile(newest.scope) : undefined;
      const thing: StatedThing = standing?.inForce ?? newest;
      return statementOf(thing, { cells, acknowledgement: standing?.acknowledgement ?? null }) ?? [];
    });
  return [
    ...cells.map(({ region, jurisdiction, ingestHttp, ingestGrpc }): Statement => ({
      kind: 'cell',
      id: region,
      body: { region, jurisdiction, ingestHttp, ingestGrpc },
    })),
    ...(['pool', 'profile', 'purpose', 'policy'] as const).flatMap(all),
  ];
}

/** «I live»: what cells measure the age of their policy by. */
export const heartbeat = (now: number): Statement => ({
  kind: 'heartbeat',
  id: 'control-plane',
  body: { at: new Date(now).toISOString() },
});
