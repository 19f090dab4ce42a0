import {
  CONTROL_REGION,
  readTrustBundle,
  spiffeId,
  topicNames,
  verifyControlEntry,
  type ControlEntry,
  type KnownProfile,
} from '@bailiwick/contracts';
import { ResidencyProfile } from '@bailiwick/domain';
import { readTopic, type Cluster } from '@bailiwick/kafka';

const CONTROL_PLANE = { region: CONTROL_REGION, workload: 'control-plane' };

/** What the signed control topics of a cell say now of every tenant's residency. An entry that nobody trusted signed says nothing. */
export async function profilesInForce(
  cluster: Cluster,
  jurisdiction: string,
  trustFile: string,
): Promise<(tenant: string) => KnownProfile> {
  const names = topicNames(jurisdiction);
  const keys = readTrustBundle(trustFile).signers[spiffeId(CONTROL_PLANE)] ?? [];
  const newest = async (kind: 'profile' | 'heartbeat'): Promise<ReadonlyMap<string, ControlEntry>> => {
    const entries = new Map<string, ControlEntry>();
    for (const { message } of await readTopic(cluster, names.control(kind))) {
      const entry = await verifyControlEntry(String(message.value), keys).catch(() => null);
      if (entry?.kind === kind && entry.sequence >= (entries.get(entry.id)?.sequence ?? -1))
        entries.set(entry.id, entry);
    }
    return entries;
  };
  const [profiles, heartbeats] = [await newest('profile'), await newest('heartbeat')];
  const heard = [...heartbeats.values()].map(({ publishedAt }) => Date.parse(publishedAt));
  const asOf = Math.max(0, ...heard);
  return (tenant) => {
    const profile = ResidencyProfile.safeParse(profiles.get(tenant)?.body);
    return { profile: profile.success ? profile.data : undefined, asOf };
  };
}
