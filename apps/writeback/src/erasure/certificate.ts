import {
  TABLES,
  topicCatalogue,
  type CoveredPlace,
  type ErasureCertificate,
  type ErasureRequest,
} from '@bailiwick/contracts';
import { LONGEST_MEMORY_MS, type Erased } from '@bailiwick/custody';
import type { CellSpec, Pool } from '@bailiwick/domain';

/** What a certificate is made from. */
export interface Certified {
  readonly cell: CellSpec;
  /** SPIFFE id of the service that erased. */
  readonly issuer: string;
  readonly request: ErasureRequest;
  readonly erased: Erased;
  /** Pools of all cells: the requests that were put to them. */
  readonly pools: readonly Pick<Pool, 'id' | 'jurisdiction'>[];
}

const LIMITS = [
  'It covers what this cell sealed under the keys that were destroyed, not what the CRM itself or the operator of a model keeps.',
  'Of a data subject it covers the records of that one pseudonym; other records that name the same person are other data subjects.',
  'Until closedBy, who has the key of a pool and reads a place that is open to it can open with what he finds there that same record, minimised, and its answer elsewhere.',
  'Pseudonyms, counts and decisions stay in lineage and its log: they are free of personal data and open nothing.',
  'Copies of the secrets themselves, had anybody made some against the documentation, are not known here.',
];

/** States what was erased. The same erasure makes the same certificate. */
export function certificateOf({ cell, issuer, request, erased, pools }: Certified): ErasureCertificate {
  const at = erased.erasedAt.getTime();
  const after = (ms: number): string => new Date(at + ms).toISOString();
  const covers = [...topicsCovered(cell, pools, after), ...tablesCovered(after)];
  const forgottenBy = after(LONGEST_MEMORY_MS);
  const open = covers.flatMap(({ state, goneBy }) =>
    state === 'open-to-pool' && goneBy !== null ? [goneBy] : [],
  );
  return {
    jti: request.eventId,
    iss: issuer,
    iat: Math.floor(at / 1000),
    region: cell.region,
    jurisdiction: cell.jurisdiction,
    tenant: erased.tenant,
    subject: erased.subject,
    request: {
      by: request.producer,
      order: request.order === '' ? null : request.order,
      requestedAt: request.requestedAt?.toISOString() ?? null,
    },
    keys: erased.keys,
    pseudonyms: erased.pseudonyms,
    erasedAt: erased.erasedAt.toISOString(),
    forgottenBy,
    closedBy: [forgottenBy, ...open].toSorted().at(-1) ?? forgottenBy,
    covers,
    limits: LIMITS,
  };
}

function topicsCovered(
  cell: CellSpec,
  pools: Certified['pools'],
  after: (ms: number) => string,
): readonly CoveredPlace[] {
  const own = topicCatalogue(cell).filter(({ opens }) => opens !== 'nobody');
  // What was put to pools of other cells lies there as long as it would here.
  const abroad = pools.filter(({ jurisdiction }) => cell.borders.includes(jurisdiction));
  const there = [...Map.groupBy(abroad, ({ jurisdiction }) => jurisdiction)].flatMap(([jurisdiction, its]) =>
    topicCatalogue({
      ...cell,
      jurisdiction,
      borders: [cell.jurisdiction],
      pools: its.map(({ id }) => ({ id, dedicatedTo: null, models: [] })),
    }).filter(({ opens }) => opens === 'pool'),
  );
  return [...own, ...there].map(({ name, opens, retentionMs }) => ({
    place: name,
    state: opens === 'pool' ? 'open-to-pool' : 'key-destroyed',
    goneBy: after(retentionMs),
  }));
}

const tablesCovered = (after: (ms: number) => string): readonly CoveredPlace[] =>
  TABLES.flatMap(({ name, erasure, retentionMs }): readonly CoveredPlace[] =>
    erasure === 'nothing-personal'
      ? []
      : [{ place: name, state: erasure, goneBy: retentionMs === null ? null : after(retentionMs) }],
  );
