import { readFile } from 'node:fs/promises';
import { Cluster, prepareCell } from '@bailiwick/kafka';
import type { CellSpec } from '@bailiwick/domain';
import { SILENT } from '@bailiwick/platform';
import type { CertificateAuthority } from './certificate-authority.js';
import { ADMIN_WORKLOAD } from './broker-properties.js';

/** Makes the topics and grants of a cell from the topic catalogue; repeating it changes nothing. */
export async function provisionBroker(
  cell: CellSpec,
  otherCells: readonly CellSpec[],
  port: number,
  authority: CertificateAuthority,
): Promise<void> {
  const identity = { region: cell.region, workload: ADMIN_WORKLOAD };
  const files = await authority.issue(identity);
  const [cert, key, ca] = await Promise.all([
    readFile(files.certificate, 'utf8'),
    readFile(files.key, 'utf8'),
    readFile(files.authority, 'utf8'),
  ]);
  const cluster = new Cluster({
    identity,
    brokers: [`127.0.0.1:${port}`],
    tls: { cert, key, ca },
    logger: SILENT,
  });
  await prepareCell(cluster, cell, otherCells);
}
