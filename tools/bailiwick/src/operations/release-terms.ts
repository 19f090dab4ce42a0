import {
  CONTROL_REGION,
  readTrustBundle,
  spiffeId,
  topicNames,
  verifyControlEntry,
} from '@bailiwick/contracts';
import { kafkaError, readTopic } from '@bailiwick/kafka';
import { BailiwickError } from '@bailiwick/platform';
import { CliError, EXIT } from '../exit-code.js';
import { clusterAs } from '../stack/cell-cluster.js';
import type { StackCell } from '../stack/stack-file.js';
import type { ResidencyProfile } from '@bailiwick/domain';

/**
 * Which tenants leave releases to operators, as the cell's router has heard it: the newest signed profile of each. Of every other
 * tenant a release takes an approval. Throws with exit code 4 when the broker does not answer.
 */
export async function tenantsWithoutApproval(
  cell: StackCell,
  trustFile: string,
): Promise<ReadonlySet<string>> {
  const topic = topicNames(cell.jurisdiction).control('profile');
  const { signers } = readTrustBundle(trustFile);
  const keys = signers[spiffeId({ region: CONTROL_REGION, workload: 'control-plane' })] ?? [];
  const placed = await readTopic(clusterAs('auditor', cell), topic).catch((thrown: unknown) => {
    const { detail } = BailiwickError.from(kafkaError(thrown, [topic]));
    throw new CliError(EXIT.unavailable, `${cell.region}: ${detail}`);
  });
  const newest = new Map<string, { readonly sequence: number; readonly body: unknown }>();
  for (const { message } of placed) {
    // What nobody trusted has signed says nothing, here as in the router.
    const entry = await verifyControlEntry(message.value?.toString() ?? '', keys).catch(() => null);
    if (entry && entry.sequence >= (newest.get(entry.id)?.sequence ?? -1)) newest.set(entry.id, entry);
  }
  const left = [...newest].filter(
    ([, { body }]) => (body as ResidencyProfile | null)?.releases === 'operator',
  );
  return new Set(left.map(([tenant]) => tenant));
}
