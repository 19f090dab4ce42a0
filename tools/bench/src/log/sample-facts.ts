import { Fact } from '@bailiwick/contracts';

/** Steps of a record that is answered at home, with what each fact holds. */
const STEPS: readonly (readonly [service: string, kind: string, rest: object])[] = [
  ['ingest', 'received', {}],
  [
    'classifier',
    'classified',
    {
      fields: ['Subject', 'Description', 'Priority'].map((name) => ({
        name,
        category: 'free-text',
        sensitivity: 'Confidential',
        action: 'keep',
        location: 'eu-central, sealed to subject',
        basis: 'catalog',
        entities: { PERSON: 1 },
      })),
    },
  ],
  [
    'residency-router',
    'decided',
    {
      decision: {
        outcome: 'allow',
        reasons: ['home-pool'],
        transferBasis: 'none-needed',
        fromJurisdiction: 'eu',
        toJurisdiction: 'eu',
        pool: 'eu-shared',
        profileVersion: 1,
        policyDigest: 'q'.repeat(43),
        receipt: 'r'.repeat(700),
      },
    },
  ],
  [
    'inference-adapter',
    'answered',
    { model: { pool: 'eu-shared', model: 'triage-small', inputTokens: 120 } },
  ],
  [
    'writeback',
    'written-back',
    { write: { target: 'crm', object: 'Case', fields: ['Priority'], restored: 1 } },
  ],
];

/** The facts of `records` records, five each, in the order in which they happen. */
export function* sampleFacts(records: number): Generator<Fact> {
  for (let record = 0; record < records; record++) {
    const eventId = `evt_${record.toString(36).padStart(26, '0')}`;
    for (const [step, [service, kind, rest]] of STEPS.entries())
      yield Fact.fromPartial({
        factId: `${eventId}/${service}/${kind}`,
        eventId,
        tenant: 'atlas',
        purpose: 'case-triage',
        kind,
        service,
        region: 'eu-central',
        jurisdiction: 'eu',
        at: new Date(Date.UTC(2026, 10, 1) + record * 10 + step),
        traceId: '0af7651916cd43dd8448eb211c80319c',
        traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00',
        object: 'Case',
        subject: `sub_${(record % 997).toString(36).padStart(20, '0')}`,
        digest: Buffer.alloc(32, step),
        ...rest,
      });
  }
}
