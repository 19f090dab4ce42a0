import { randomBytes } from 'node:crypto';
import {
  grantAcls,
  grantIdentity,
  grantTopics,
  judgeGrant,
  type AnalyticsGrant,
  type GrantDecision,
  type KeyedGrant,
  type KnownProfile,
} from '@bailiwick/contracts';
import type { CellSpec } from '@bailiwick/domain';
import { createAcls, createTopics, type Cluster } from '@bailiwick/kafka';
import {
  endGrantsThatAreOver,
  withdrawGrant,
  type CertificateAuthority,
  type GrantStore,
} from '@bailiwick/stack';
import { CliError, EXIT } from '../exit-code.js';
import { handOver, type Handover } from './handover.js';

/** What a cell's grants are given and taken back with. */
export interface GrantDeskParts {
  readonly cell: CellSpec;
  /** The cell's cluster as its administrator. */
  readonly cluster: Cluster;
  readonly brokers: readonly string[];
  /** Signs certificates of consumers, and of nobody else. */
  readonly consumers: CertificateAuthority;
  /** PEM file of the authority of the brokers' own certificates. */
  readonly authority: string;
  readonly store: GrantStore;
  /** What the control-plane says now of a tenant; asked when a consumer is in another jurisdiction. */
  readonly known: (tenant: string) => KnownProfile;
}

/** Why a grant is refused, in words. */
const REFUSALS: Partial<Record<GrantDecision['reason'], string>> = {
  'grant-expired': 'it is over already',
  'grant-too-long': 'a grant lasts a year at most',
  'tenant-not-granted': 'a consumer in another jurisdiction needs the tenants to be named',
  'transfer-not-permitted': 'the residency profile names no transfer basis for that jurisdiction',
  'no-profile': 'there is no residency profile',
  'not-acknowledged': 'nobody has acknowledged the residency profile',
  'too-sensitive': 'the transfer basis does not reach to what analytics is classified as',
  'policy-stale': 'the control-plane has not been heard for minutes',
};

/** Gives grants of one cell to analytics consumers and takes them back: topic, grants of the broker, certificate, key. */
export class GrantDesk {
  constructor(private readonly parts: GrantDeskParts) {}

  /** Gives a grant, or renews it under the key that it has. Throws with the reason when it is refused; nothing is made then. */
  async give(grant: AnalyticsGrant, folder: string, now = Date.now()): Promise<Handover> {
    const { cell, cluster, consumers, authority, brokers, store, known } = this.parts;
    const { outcome, reason, tenant } = judgeGrant(grant, cell, known, now);
    if (outcome === 'deny') {
      const whose = tenant === null ? '' : ` for tenant ${tenant}`;
      throw new CliError(
        EXIT.no,
        `${grant.id} is refused (${reason}): ${REFUSALS[reason] ?? reason}${whose}`,
      );
    }
    const files = await store.exclusively(async () => {
      await createTopics(cluster, grantTopics(cell, grant));
      await createAcls(cluster, grantAcls(cell, grant));
      const issued = await consumers.issue(grantIdentity(grant), new Date(grant.expires));
      const before = (await store.all()).find(({ id }) => id === grant.id);
      await store.put({ ...grant, key: before?.key ?? randomBytes(32).toString('base64url') });
      return issued;
    });
    return handOver(folder, cell, grant, brokers, { ...files, authority });
  }

  /** Takes a grant back with all that was written for it. The key goes, so nobody can make its pseudonyms any more. */
  async withdraw(id: string): Promise<KeyedGrant> {
    const { cell, store } = this.parts;
    return store.exclusively(async () => {
      const grant = (await store.all()).find((known) => known.id === id);
      if (!grant) throw new CliError(EXIT.no, `${cell.region} has no grant ${id}`);
      // Lineage stops first: it reads the file every second.
      await store.remove(id);
      await withdrawGrant(this.parts, grant);
      return grant;
    });
  }

  /** Ends the grants that are over, which a running stack does by itself. */
  sweep(now = Date.now()): Promise<readonly KeyedGrant[]> {
    return endGrantsThatAreOver(this.parts, now);
  }
}
