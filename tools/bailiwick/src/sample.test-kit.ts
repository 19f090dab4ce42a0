import type { Event, History, Step } from './lineage/history.js';
import type { Stack } from './stack/stack-file.js';

const FILES = { certificate: 'c', key: 'k', authority: 'a' };

/** A stack file whose supervisor is this process. */
export const sampleStack = (): Stack => {
  const cell = (region: string, jurisdiction: string, http: string): Stack['cells'][string] => ({
    region,
    jurisdiction,
    kafka: { brokers: ['127.0.0.1:1'], auditor: FILES, operator: FILES },
    ingest: { http },
    classifier: { http, administrator: FILES },
    lineage: { api: http, audience: 'urn:bailiwick:lineage', administrator: FILES },
    database: { url: 'postgresql://127.0.0.1:1/bailiwick' },
    services: {},
    grantsFile: 'grants.json',
  });
  return {
    supervisor: { pid: process.pid },
    startedAt: '2026-11-01T10:00:00.000Z',
    cells: {
      'eu-central': cell('eu-central', 'eu', 'http://127.0.0.1:1'),
      'us-east': cell('us-east', 'us', 'http://127.0.0.1:1'),
    },
    controlPlane: { api: 'http://127.0.0.1:1', audience: 'urn:bailiwick:control-plane' },
    people: {},
    identityProvider: { issuer: 'http://127.0.0.1:1', audience: 'urn:bailiwick:ingest' },
    jaeger: { query: 'http://127.0.0.1:16686' },
    authority: 'ca.pem',
    trustFile: 'trust.json',
    logsFile: 'logs.json',
    logs: 'logs',
    tenants: {
      atlas: {
        clientId: 'atlas-crm',
        keyFile: 'k.json',
        region: 'eu-central',
        source: 'urn:x',
        purposes: ['case-triage'],
        compliance: { clientId: 'atlas-compliance', keyFile: 'k.json' },
      },
    },
  };
};

export const EVENT_ID = 'evt_abcdefghijklmnopqrstuvwx23';

/** An event that was answered in the cell that received it. */
export const sampleEvent = (rest: Partial<Event> = {}): Event => ({
  eventId: EVENT_ID,
  tenant: 'atlas',
  purpose: 'case-triage',
  object: 'Case',
  outcome: 'answered',
  reason: null,
  region: 'eu-central',
  jurisdiction: 'eu',
  answeredIn: 'eu',
  pool: 'eu-shared',
  traceId: '0af7651916cd43dd8448eb211c80319c',
  receivedAt: '2026-11-01T10:00:00.000Z',
  updatedAt: '2026-11-01T10:00:00.184Z',
  ...rest,
});

/** A step `after` milliseconds after the record was received. */
export const sampleStep = (kind: string, service: string, after: number, rest: Partial<Step> = {}): Step => ({
  factId: `${EVENT_ID}/${service}/${kind}`,
  kind,
  service,
  region: 'eu-central',
  jurisdiction: 'eu',
  at: new Date(Date.parse('2026-11-01T10:00:00.000Z') + after).toISOString(),
  reason: null,
  fields: [],
  decision: null,
  model: null,
  write: null,
  ...rest,
});

/** A decision to answer at home. */
export const sampleDecision = (
  rest: Partial<NonNullable<Step['decision']>> = {},
): NonNullable<Step['decision']> => ({
  outcome: 'allow',
  reasons: ['home-pool'],
  transferBasis: 'none-needed',
  toJurisdiction: 'eu',
  pool: 'eu-shared',
  profileVersion: 1,
  receipt: '',
  ...rest,
});

/** The history of an answered record. */
export const sampleHistory = (rest: Partial<History> = {}): History => {
  const field = (
    name: string,
    action: string,
    entities: Record<string, number> = {},
  ): History['fields'][number] => ({
    name,
    category: 'free-text',
    sensitivity: 'Internal',
    action,
    location: 'eu-central, sealed to subject',
    basis: 'catalog',
    entities,
  });
  const fields = [
    field('Subject', 'keep', { PERSON: 2 }),
    field('ContactName', 'pseudonymise'),
    field('IBAN', 'drop'),
  ];
  return {
    ...sampleEvent(),
    fields,
    steps: [
      sampleStep('received', 'ingest', 0),
      sampleStep('classified', 'classifier', 12, { fields }),
      sampleStep('decided', 'residency-router', 20, { decision: sampleDecision() }),
      sampleStep('answered', 'inference-adapter', 60, {
        model: {
          pool: 'eu-shared',
          model: 'triage-small',
          inputTokens: 40,
          outputTokens: 12,
          durationMs: 18.4,
          outputFields: [],
        },
      }),
      sampleStep('written-back', 'writeback', 184, {
        write: {
          target: 'sample-crm',
          object: 'Case',
          fields: ['Priority', 'Suggested_Reply__c'],
          restored: 1,
          lease: 'lease_1',
        },
      }),
    ],
    violations: [],
    ...rest,
  };
};
