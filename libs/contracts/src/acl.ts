import type { CellSpec } from '@bailiwick/domain';
import { kafkaPrefix, kafkaPrincipal, type Identity } from './identity.js';
import { topicCatalogue } from './topic-catalogue.js';

/** One grant for the broker. There are no denials: what is not granted is refused. */
export interface Acl {
  readonly principal: string;
  readonly resource: 'topic' | 'group' | 'transactional-id' | 'cluster';
  readonly name: string;
  readonly pattern: 'literal' | 'prefixed';
  readonly operation: 'read' | 'write' | 'describe' | 'idempotent-write';
}

/**
 * Every grant of a cell, generated from the topic catalogue. `otherCells` resolves the routers that may write
 * this cell's border inbox. The auditor may read every topic and write none.
 */
export function aclsOf(cell: CellSpec, otherCells: readonly CellSpec[] = []): readonly Acl[] {
  const acls = new Map<string, Acl>();
  const grant = (acl: Acl): void => {
    acls.set(Object.values(acl).join('|'), acl);
  };
  const resolve = (identity: Identity): readonly Identity[] => {
    const from = /^\*\.(.+)$/.exec(identity.region)?.[1];
    if (from === undefined) return [identity];
    return otherCells
      .filter((other) => other.jurisdiction === from)
      .map((other) => ({ region: other.region, workload: identity.workload }));
  };
  const useGroups = (identity: Identity): void =>
    grant({
      principal: kafkaPrincipal(identity),
      resource: 'group',
      name: kafkaPrefix(identity),
      pattern: 'prefixed',
      operation: 'read',
    });
  const useTransactions = (identity: Identity): void => {
    const principal = kafkaPrincipal(identity);
    for (const operation of ['write', 'describe'] as const)
      grant({
        principal,
        resource: 'transactional-id',
        name: kafkaPrefix(identity),
        pattern: 'prefixed',
        operation,
      });
    grant({
      principal,
      resource: 'cluster',
      name: 'kafka-cluster',
      pattern: 'literal',
      operation: 'idempotent-write',
    });
  };

  const auditor: Identity = { region: cell.region, workload: 'auditor' };
  useGroups(auditor);
  for (const topic of topicCatalogue(cell)) {
    for (const writer of topic.writers.flatMap(resolve)) {
      for (const operation of ['write', 'describe'] as const)
        grant({
          principal: kafkaPrincipal(writer),
          resource: 'topic',
          name: topic.name,
          pattern: 'literal',
          operation,
        });
      useTransactions(writer);
    }
    for (const reader of [...topic.readers.flatMap(resolve), auditor]) {
      for (const operation of ['read', 'describe'] as const)
        grant({
          principal: kafkaPrincipal(reader),
          resource: 'topic',
          name: topic.name,
          pattern: 'literal',
          operation,
        });
      useGroups(reader);
    }
  }
  // Lineage accounts for every record by how far its readers have come: offsets, and no record.
  const lineage = kafkaPrincipal({ region: cell.region, workload: 'lineage' });
  for (const { name, readers } of topicCatalogue(cell)) {
    grant({ principal: lineage, resource: 'topic', name, pattern: 'literal', operation: 'describe' });
    for (const reader of readers.flatMap(resolve))
      grant({
        principal: lineage,
        resource: 'group',
        name: kafkaPrefix(reader),
        pattern: 'prefixed',
        operation: 'describe',
      });
  }
  return [...acls.values()];
}
