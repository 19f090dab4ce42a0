import { readFileSync } from 'node:fs';
import { Cluster } from '@bailiwick/kafka';
import { SILENT } from '@bailiwick/platform';
import type { StackCell } from './stack-file.js';

/** The cluster of a cell as one of the identities that the stack file hands out. */
export function clusterAs(
  workload: 'auditor' | 'operator',
  { region, kafka: { brokers, ...files } }: StackCell,
): Cluster {
  const { certificate, key, authority } = files[workload];
  return new Cluster({
    identity: { region, workload },
    brokers,
    tls: {
      cert: readFileSync(certificate, 'utf8'),
      key: readFileSync(key, 'utf8'),
      ca: readFileSync(authority, 'utf8'),
    },
    logger: SILENT,
  });
}
