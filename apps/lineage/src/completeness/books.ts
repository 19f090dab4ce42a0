import type { CrossingServiceServer } from '@bailiwick/contracts';
import type { CellSpec } from '@bailiwick/domain';
import type { ClientTls } from '@bailiwick/grpc';
import { TopicProgress, type Cluster } from '@bailiwick/kafka';
import type { Logger, Runnable } from '@bailiwick/platform';
import type { Pool } from 'pg';
import type { LogLedger } from '../log/log-ledger.js';
import type { ViolationLedger } from '../violations/violation-ledger.js';
import type { KnownLog } from '../witness/known-logs.js';
import { Arrivals } from './arrivals.js';
import { Completeness } from './completeness.js';
import { crossingService } from './crossing.grpc.js';
import { NeighbourBooks } from './neighbour-books.js';
import { OpenRecords } from './open-records.js';

/** What books are kept with. */
export interface BooksParts {
  readonly cell: CellSpec;
  readonly cluster: Cluster;
  readonly database: Pool;
  readonly log: LogLedger;
  readonly violations: ViolationLedger;
  /** Lineage of the other cells. */
  readonly others: readonly KnownLog[];
  readonly tls: ClientTls;
  /** Milliseconds from one sweep to the next. */
  readonly everyMs: number;
  readonly logger: Logger;
}

/** Keeps the books of a cell; returns what answers the other cells for theirs. */
export function keepBooks(
  { cell, cluster, database, log, violations, others, tls, everyMs, logger }: BooksParts,
  add: (part: Runnable) => void,
): CrossingServiceServer {
  const progress = new TopicProgress(cluster);
  const asked = others.flatMap(({ region, grpc }) => (grpc === undefined ? [] : [{ region, grpc }]));
  const neighbours = new NeighbourBooks(asked, tls, logger);
  add({
    start: () => Promise.resolve(),
    stop: async () => {
      neighbours.close();
      await progress.close();
    },
  });
  const records = new OpenRecords(database);
  add(new Completeness({ cell, log, records, progress, violations, neighbours, everyMs, logger }));
  const regions = others.map(({ region }) => region);
  return crossingService(new Arrivals(cell, progress, database), regions, logger);
}
