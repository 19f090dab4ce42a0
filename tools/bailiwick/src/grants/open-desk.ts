import { dirname } from 'node:path';
import { topicNames, type KnownProfile } from '@bailiwick/contracts';
import { CellSpec } from '@bailiwick/domain';
import { kafkaError, type Cluster } from '@bailiwick/kafka';
import { BailiwickError } from '@bailiwick/platform';
import { CertificateAuthority, GrantStore, clusterAsAdministrator } from '@bailiwick/stack';
import { CliError, EXIT } from '../exit-code.js';
import { clusterAs } from '../stack/cell-cluster.js';
import type { Stack, StackCell } from '../stack/stack-file.js';
import { GrantDesk } from './grant-desk.js';
import { profilesInForce } from './profiles-in-force.js';

const UNKNOWN: KnownProfile = { profile: undefined, asOf: 0 };

/**
 * The desk of one cell of a local stack, whose authorities and administrator's certificate lie beside it. `abroad`: a consumer in
 * another jurisdiction is asked about, so the profiles in force are read.
 */
export async function openDesk(stack: Stack, cell: StackCell, abroad: boolean): Promise<GrantDesk> {
  const { region, jurisdiction } = cell;
  const authority = await CertificateAuthority.open(dirname(stack.authority));
  const { brokers } = cell.kafka;
  const cluster = await clusterAsAdministrator(region, brokers, authority);
  try {
    return new GrantDesk({
      cell: CellSpec.parse({
        region,
        jurisdiction,
        partitions: await partitionsOf(cluster, topicNames(jurisdiction).outcome),
        lanes: 1,
        pools: [],
        borders: [],
      }),
      cluster,
      brokers,
      consumers: await authority.consumers(),
      authority: stack.authority,
      store: new GrantStore(cell.grantsFile),
      known: abroad
        ? await profilesInForce(clusterAs('auditor', cell), jurisdiction, stack.trustFile)
        : () => UNKNOWN,
    });
  } catch (thrown) {
    if (thrown instanceof CliError) throw thrown;
    const { detail } = BailiwickError.from(kafkaError(thrown, [topicNames(jurisdiction).outcome]));
    throw new CliError(EXIT.unavailable, `${region}: ${detail}`);
  }
}

async function partitionsOf(cluster: Cluster, topic: string): Promise<number> {
  const admin = cluster.admin();
  await admin.connect();
  try {
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
    return topics[0]?.partitions.length ?? 1;
  } finally {
    await admin.disconnect();
  }
}
