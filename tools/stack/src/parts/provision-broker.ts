import { readFile } from 'node:fs/promises';
import { Cluster, prepareCell } from '@bailiwick/kafka';
import type { CellSpec } from '@bailiwick/domain';
import { SILENT } from '@bailiwick/platform';
import type { CertificateAuthority } from './certificate-authority.js';
import { ADMIN_WORKLOAD } from './broker-properties.js';

/** The cluster of a cell as its administrator, whom its brokers ask for no grant. */
export async function clusterAsAdministrator(
  region: string,
  brokers: readonly string[],
  authority: CertificateAuthority,
): Promise<Cluster> {
  const identity = { region, workload: ADMIN_WORKLOAD };
  const files = await authority.issue(identity);
  const [cert, key, ca] = await Promise.all([
    readFile(files.certificate, 'utf8'),
    readFile(files.key, 'utf8'),
    readFile(files.authority, 'utf8'),
  ]);
  return new Cluster({ identity, brokers, tls: { cert, key, ca }, logger: SILENT });
}

/** Makes the topics and grants of a cell from the topic catalogue; repeating it changes nothing. */
export async function provisionBroker(
  cell: CellSpec,
  otherCells: readonly CellSpec[],
  port: number,
  authority: CertificateAuthority,
): Promise<void> {
  const cluster = await clusterAsAdministrator(cell.region, [`127.0.0.1:${port}`], authority);
  await prepareCell(cluster, cell, otherCells);
}
