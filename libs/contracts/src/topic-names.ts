import type { ControlKind } from '@bailiwick/domain';
import type { ServiceName } from './identity.js';

/** Topic names of one jurisdiction: `<jurisdiction>.<domain>.<event>.v<major>`. */
export interface TopicNames {
  readonly record: string;
  readonly classified: string;
  readonly request: (pool: string) => string;
  readonly returned: string;
  readonly waiting: (pool: string) => string;
  readonly report: (pool: string) => string;
  readonly result: string;
  readonly postponed: string;
  readonly border: (to: string) => string;
  readonly inbox: string;
  readonly reply: string;
  readonly gone: string;
  readonly erasure: string;
  readonly held: string;
  readonly command: string;
  readonly deadletter: (service: ServiceName) => string;
  readonly fact: string;
  readonly minted: string;
  readonly violation: string;
  readonly control: (kind: ControlKind) => string;
  readonly outcome: string;
  /** What lineage makes of the outcomes for one grant. */
  readonly grantedOutcome: (grant: string) => string;
  readonly cursor: (service: ServiceName) => string;
}

/** All topic names are made here and nowhere else. */
export function topicNames(jurisdiction: string): TopicNames {
  const name = (domain: string, event: string): string => `${jurisdiction}.${domain}.${event}.v1`;
  return {
    record: name('crm', 'record'),
    classified: name('crm', 'classified'),
    request: (pool) => name('inference', `request.${pool}`),
    returned: name('inference', 'returned'),
    waiting: (pool) => name('inference', `waiting.${pool}`),
    report: (pool) => name('inference', `report.${pool}`),
    result: name('inference', 'result'),
    postponed: name('writeback', 'postponed'),
    border: (to) => name('border', to),
    inbox: name('border', 'inbox'),
    reply: name('gateway', 'reply'),
    gone: name('gateway', 'gone'),
    erasure: name('erasure', 'request'),
    held: name('held', 'record'),
    command: name('operations', 'command'),
    deadletter: (service) => name('deadletter', service),
    fact: name('lineage', 'fact'),
    minted: name('credential', 'minted'),
    violation: name('sovereignty', 'violation'),
    control: (kind) => name('control', kind),
    outcome: name('analytics', 'outcome'),
    grantedOutcome: (grant) => name('analytics', `outcome.${grant}`),
    cursor: (service) => name('cursor', service),
  };
}
