import type { CellSpec, ControlBody, ControlKind } from '@bailiwick/domain';
import { erasureKey, purposeKey } from '@bailiwick/domain';
import type { Acknowledged, Book } from '../book/book.js';
import type { DeployedCell } from '../seed/deployed-cell.js';
import type { Kind, Name, Terms } from '../terms/thing.js';

/** One thing that every cell is told; signing and numbering make a control entry of it. */
export interface Statement {
  readonly kind: ControlKind;
  /** Tenant, `tenant/purpose`, pool, CRM object, region, jurisdiction or `control-plane`. */
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
  /** Of a profile. */
  readonly acknowledgement: Pick<Acknowledged, 'name' | 'at' | 'textDigest'> | null;
}

type Makers = { readonly [K in Kind]: (thing: StatedThing<K>, by: StatedBy) => Statement | null };

const MAKERS: Makers = {
  /** A pool on whose key nobody agreed is not told: nothing could be sealed to it. */
  pool: ({ id, body }) => {
    if (body === null) return { kind: 'pool', id, body };
    const { publicKey, ...terms } = body;
    return publicKey === undefined ? null : { kind: 'pool', id, body: { id, ...terms, publicKey } };
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
  catalog: ({ id: object, version, body }) => ({
    kind: 'catalog',
    id: object,
    body: body && { object, version, ...body },
  }),
  erasure: ({ scope: tenant, id, body }) => ({
    kind: 'erasure',
    id: erasureKey(tenant, id),
    body: body && { tenant, id, ...body },
  }),
  /** How the mesh logs in to a CRM is no cell's to know. */
  connection: () => null,
};

/** What a cell would be told of a thing, or null for what it is not told. */
export const statementOf = <K extends Kind>(thing: StatedThing<K>, by: StatedBy): Statement | null =>
  MAKERS[thing.kind](thing, by);

/** Where each cell is reached, which no change alters. */
export const cellStatements = (cells: readonly DeployedCell[]): readonly Statement[] =>
  cells.map(({ region, jurisdiction, ingestHttp, ingestGrpc }) => ({
    kind: 'cell',
    id: region,
    body: { region, jurisdiction, ingestHttp, ingestGrpc },
  }));

/** Which countries' law each jurisdiction is, as the specs of its cells say together; no change alters it. */
export const jurisdictionStatements = (specs: readonly CellSpec[]): readonly Statement[] =>
  [...Map.groupBy(specs, ({ jurisdiction }) => jurisdiction)].map(([jurisdiction, cells]) => ({
    kind: 'jurisdiction',
    id: jurisdiction,
    body: { jurisdiction, countries: [...new Set(cells.flatMap(({ countries = [] }) => countries))] },
  }));

/** In this order, so that a reader can place what follows: a purpose stands on catalogs and pools. */
const TOLD = [
  'catalog',
  'pool',
  'profile',
  'purpose',
  'policy',
  'erasure',
] as const satisfies readonly Kind[];

/**
 * Statements of everything that the book has, retired things too. A thing that has not changed has the same statement
 * as before, the very object, so that news are found without comparing what they say.
 */
export class Statements {
  readonly #made = new WeakMap<
    object,
    { readonly acknowledgement: unknown; readonly statement: Statement | null }
  >();

  constructor(private readonly book: Book) {}

  /** All of them, as the book stands. */
  all(): readonly Statement[] {
    const found: Statement[] = [];
    for (const kind of TOLD)
      for (const newest of this.book.everywhere(kind)) {
        const standing = kind === 'profile' ? this.book.profile(newest.scope) : undefined;
        const statement = this.#of(standing?.inForce ?? newest, standing?.acknowledgement ?? null);
        if (statement) found.push(statement);
      }
    return found;
  }

  #of(thing: StatedThing, acknowledgement: StatedBy['acknowledgement']): Statement | null {
    const known = this.#made.get(thing);
    if (known && known.acknowledgement === acknowledgement) return known.statement;
    const statement = statementOf(thing, { acknowledgement });
    this.#made.set(thing, { acknowledgement, statement });
    return statement;
  }
}

/** «I live»: what cells measure the age of their policy by. */
export const heartbeat = (now: number): Statement => ({
  kind: 'heartbeat',
  id: 'control-plane',
  body: { at: new Date(now).toISOString() },
});
