import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Identity } from '@bailiwick/contracts';
import { Cluster } from '@bailiwick/kafka';
import { SILENT } from '@bailiwick/platform';
import { CertificateAuthority } from '@bailiwick/stack';
import type { Mesh } from './mesh.js';

/** A cell's broker as some identity of the stack sees it, with that identity's own certificate. */
export async function clusterAs(mesh: Mesh, region: string, identity: Identity): Promise<Cluster> {
  const authority = await CertificateAuthority.open(join(mesh.folder, 'identities'));
  const files = await authority.issue(identity);
  const [cert = '', key = '', ca = ''] = await Promise.all(
    [files.certificate, files.key, files.authority].map((file) => readFile(file, 'utf8')),
  );
  return new Cluster({
    identity,
    brokers: mesh.cell(region).kafka.brokers,
    tls: { cert, key, ca },
    logger: SILENT,
  });
}
