import { Fact } from '@bailiwick/contracts';

/** Trace of every fact that the tests write. */
export const TRACE = '0af7651916cd43dd8448eb211c80319c';

/** Facts of one event that was answered in the cell, in the order in which they happened. */
export function answeredWay(id: string, start = Date.parse('2026-11-01T10:00:00Z')): Fact[] {
  const fact = (index: number, service: string, kind: string, rest: object = {}): Fact =>
    Fact.fromPartial({
      factId: `${id}/${service}/${kind}`,
      eventId: id,
      tenant: 'atlas',
      purpose: 'case-triage',
      object: 'Case',
      subject: 'subject-1',
      service,
      kind,
      region: 'eu-central',
      jurisdiction: 'eu',
      traceId: TRACE,
      at: new Date(start + index * 10),
      ...rest,
    });
  return [
    fact(0, 'ingest', 'received'),
    fact(1, 'classifier', 'classified', {
      fields: [
        {
          name: 'Subject',
          category: 'free-text',
          sensitivity: 'Internal',
          action: 'keep',
          location: 'eu-central',
          basis: 'catalog',
          entities: { PERSON: 1 },
        },
      ],
    }),
    fact(2, 'residency-router', 'decided', {
      decision: {
        outcome: 'allow',
        reasons: ['home-pool'],
        transferBasis: 'none-needed',
        toJurisdiction: 'eu',
        pool: 'eu-shared',
        receipt: 'a.b.c',
      },
    }),
    fact(3, 'inference-adapter', 'answered', {
      model: {
        pool: 'eu-shared',
        model: 'triage-small',
        inputTokens: 40,
        outputTokens: 12,
        durationMs: 18.5,
        outputFields: ['category'],
        facets: { category: 'billing' },
      },
    }),
    fact(4, 'writeback', 'written-back', {
      write: {
        target: 'sample-crm',
        object: 'Case',
        fields: ['Priority'],
        restored: 1,
        lease: 'lease_1',
        audience: 'https://crm.example',
      },
    }),
  ];
}
