import { CellSpec } from '@bailiwick/domain';
import { describe, expect, it } from 'vitest';
import { aclsOf } from './acl.js';
import { adapterWorkload, kafkaPrincipal } from './identity.js';
import { LONGEST_KEPT_DAYS } from './longest-kept.js';
import { brokerRetention, topicCatalogue } from './topic-catalogue.js';

const eu = CellSpec.parse({
  region: 'eu-central',
  jurisdiction: 'eu',
  partitions: 4,
  lanes: 2,
  borders: ['us'],
  pools: [
    { id: 'eu-shared', dedicatedTo: null, models: ['m'] },
    { id: 'eu-nordlicht', dedicatedTo: 'nordlicht', models: ['m'] },
  ],
});
const us = CellSpec.parse({
  region: 'us-east',
  jurisdiction: 'us',
  partitions: 4,
  lanes: 2,
  borders: ['eu'],
  pools: [{ id: 'us-shared', dedicatedTo: null, models: ['m'] }],
});
const topics = topicCatalogue(eu);
const acls = aclsOf(eu, [us]);
const granted = (workload: string, operation: string, region = 'eu-central'): string[] =>
  acls
    .filter(
      (acl) =>
        acl.resource === 'topic' &&
        acl.operation === operation &&
        acl.principal === kafkaPrincipal({ region, workload }),
    )
    .map((acl) => acl.name)
    .toSorted();

describe('topic catalogue', () => {
  it('names follow <jurisdiction>.<domain>.<event>.v<major> and are unique', () => {
    for (const { name } of topics) expect(name).toMatch(/^eu\.[a-z]+\.[a-z-]+(\.[a-z0-9-]+)?\.v1$/);
    expect(new Set(topics.map(({ name }) => name)).size).toBe(topics.length);
  });

  it('R6 keeps nothing that a record says for longer than profiles have to permit, on brokers’ disks', () => {
    const { records, held } = LONGEST_KEPT_DAYS;
    for (const topic of topics.filter(({ opens }) => opens !== 'nobody')) {
      const isKept = /^eu\.(held|deadletter)\./.test(topic.name);
      expect(topic.retentionMs, topic.name).toBeLessThanOrEqual((isKept ? held : records) * 86_400_000);
      const told = brokerRetention(topic);
      expect(told && told.retentionMs + told.segmentMs, topic.name).toBeLessThan(topic.retentionMs);
      expect(told?.retentionMs, topic.name).toBeGreaterThan(topic.retentionMs / 2);
    }
  });

  it('F3 the adapter of one pool may not read the topic of another', () => {
    expect(granted(adapterWorkload('eu-shared'), 'read')).toContain('eu.inference.request.eu-shared.v1');
    expect(granted(adapterWorkload('eu-shared'), 'read')).not.toContain(
      'eu.inference.request.eu-nordlicht.v1',
    );
  });

  it('F2 only the router may write a request, so nothing reaches a model around the decision', () => {
    const writers = acls.filter(
      (acl) => acl.name === 'eu.inference.request.eu-shared.v1' && acl.operation === 'write',
    );
    expect(writers.map((acl) => acl.principal)).toEqual(['User:eu-central/residency-router']);
  });

  it('F3 only the adapter of a pool says how that pool is, and only the router has records wait for one', () => {
    const of = (name: string, operation: string): string[] =>
      acls
        .filter((acl) => acl.name === name && acl.operation === operation)
        .map(({ principal }) => principal);
    const router = 'User:eu-central/residency-router';
    expect(of('eu.inference.report.eu-shared.v1', 'write')).toEqual([
      'User:eu-central/inference-adapter.eu-shared',
    ]);
    expect(of('eu.inference.report.eu-shared.v1', 'read').toSorted()).toEqual([
      'User:eu-central/auditor',
      'User:eu-central/lineage',
      router,
    ]);
    expect(of('eu.inference.waiting.eu-shared.v1', 'write')).toEqual([router]);
    expect(of('eu.inference.waiting.eu-shared.v1', 'read').toSorted()).toEqual([
      'User:eu-central/auditor',
      router,
    ]);
  });

  it('F1 the control-plane has no right to any data topic: it reads nothing, and writes control entries, violations and what it minted', () => {
    expect(granted('control-plane', 'read', 'control')).toEqual([]);
    const written = granted('control-plane', 'write', 'control');
    expect(written).toContain('eu.sovereignty.violation.v1');
    for (const name of written)
      expect(name).toMatch(/^eu\.(control\.|sovereignty\.violation\.v1$|credential\.minted\.v1$)/);
  });

  it('F1 a neighbour router may write here the inbox and its cursor, and read no record', () => {
    for (const name of granted('residency-router', 'write', 'us-east'))
      expect(name).toMatch(/^eu\.(border\.inbox|cursor\.residency-router|lineage\.fact)/);
    for (const name of granted('residency-router', 'read', 'us-east'))
      expect(name).toMatch(/^eu\.cursor\.residency-router/);
  });

  it('the auditor may read every topic and write none', () => {
    expect(granted('auditor', 'read')).toEqual(topics.map(({ name }) => name).toSorted());
    expect(granted('auditor', 'write')).toEqual([]);
  });

  it('a group or transaction prefix of one workload is never a prefix of another', () => {
    const prefixes = [...new Set(acls.filter((acl) => acl.pattern === 'prefixed').map((acl) => acl.name))];
    for (const a of prefixes) for (const b of prefixes) expect(a !== b && b.startsWith(a)).toBe(false);
  });
});
