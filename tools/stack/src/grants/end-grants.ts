import { grantAcls, grantIdentity, grantTopics, kafkaPrincipal, type KeyedGrant } from '@bailiwick/contracts';
import type { CellSpec } from '@bailiwick/domain';
import { withdraw, type Cluster } from '@bailiwick/kafka';
import type { GrantStore } from './grant-store.js';

/** What grants of a cell are ended with. */
export interface GrantEnding {
  readonly cell: CellSpec;
  /** The cell's cluster as its administrator. */
  readonly cluster: Cluster;
  readonly store: GrantStore;
}

/** Takes from the broker what it lets happen under a grant, and its topic. Repeating it changes nothing. */
export async function withdrawGrant(
  { cell, cluster }: Pick<GrantEnding, 'cell' | 'cluster'>,
  grant: KeyedGrant,
): Promise<void> {
  const names = grantTopics(cell, grant).map(({ name }) => name);
  const reader = kafkaPrincipal(grantIdentity(grant));
  const acls = grantAcls(cell, grant).filter(
    ({ principal, name }) => principal === reader || names.includes(name),
  );
  await withdraw(cluster, acls, names);
}

/**
 * Ends the grants that are over. A certificate that has expired makes no new connection, but a connection that stands is only
 * ended by the broker's grants: so run this often. A grant stays in the file until the broker has nothing of it, so what fails is tried again.
 */
export async function endGrantsThatAreOver(
  ending: GrantEnding,
  now = Date.now(),
): Promise<readonly KeyedGrant[]> {
  const { store } = ending;
  const over = async (): Promise<readonly KeyedGrant[]> =>
    (await store.all()).filter(({ expires }) => Date.parse(expires) <= now);
  if ((await over()).length === 0) return [];
  return store.exclusively(async () => {
    // Meanwhile one may have been renewed.
    const grants = await over();
    for (const grant of grants) {
      await withdrawGrant(ending, grant);
      await store.remove(grant.id);
    }
    return grants;
  });
}
