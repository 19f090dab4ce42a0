import { createPrivateKey } from 'node:crypto';
import { EVENT_TYPES, spiffeId, topicNames } from '@bailiwick/contracts';
import type { Custody } from '@bailiwick/custody';
import { DurableWriter, StageRunner, type ControlReader, type StageRunnerOptions } from '@bailiwick/kafka';
import type { HealthCheck, Runnable } from '@bailiwick/platform';
import type { SigningKey } from '../config.js';
import { eraseStage } from './erase.stage.js';
import { ErasureOrders } from './erasure-orders.js';

/** What erasing shares with the rest of the service. */
export interface ErasingParts {
  readonly config: { readonly BAILIWICK_SIGNING_KEY_FILE: SigningKey };
  readonly running: StageRunnerOptions;
  readonly control: ControlReader;
  readonly custody: Custody;
}

/** What runs for erasure: the stage that erases, and who passes the control-plane's orders on to it. */
export function erasing({
  config,
  running,
  control,
  custody,
}: ErasingParts): readonly (Runnable & { readonly check?: HealthCheck })[] {
  const { cell, cluster, logger } = running;
  const { kid, ...jwk } = config.BAILIWICK_SIGNING_KEY_FILE;
  const signer = { key: createPrivateKey({ format: 'jwk', key: jwk }), kid };
  const topic = topicNames(cell.jurisdiction).erasure;
  const writer = new DurableWriter(cluster, cell);
  const done = (requests: readonly string[]) => custody.erasuresDone(requests);
  return [
    writer,
    new StageRunner(running, {
      name: 'erase',
      topics: [topic],
      type: EVENT_TYPES.erasure,
      stage: eraseStage({ cell, issuer: spiffeId(cluster.identity), control, custody, signer }),
      // One after the other: keys of one shelf are wrapped anew by one erasure at a time anyway.
      concurrency: 1,
      lanes: 1,
    }),
    new ErasureOrders({ cell, control, writer, topic, done, logger }),
  ];
}
