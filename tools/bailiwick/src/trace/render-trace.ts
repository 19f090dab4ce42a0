import type { History, Step } from '../lineage/history.js';
import { lookOf, type Look, type Paint } from '../print/style.js';
import { table, timeOf, type TableCell } from '../print/table.js';
import { checkReceipt, type Signers } from './check-receipt.js';
import { reasonSentences, stepSentence } from './step-sentence.js';

/** What is needed to print a history beside the history itself. */
export interface TraceContext {
  /** Public keys of the routers. */
  readonly trust: Signers;
  /** Base URL of Jaeger's query API, or null where there is none. */
  readonly jaeger: string | null;
  readonly paint: Paint;
}

/** A record's way on one screen: head, steps, fields, violations. */
export function renderTrace(history: History, context: TraceContext): readonly string[] {
  return [
    ...head(history, context),
    '',
    ...steps(history, context),
    ...section(fields(history, context)),
    ...section(violations(history, context)),
  ];
}

const section = (lines: readonly string[]): readonly string[] => (lines.length > 0 ? ['', ...lines] : []);

function head(history: History, { paint, jaeger }: TraceContext): readonly string[] {
  const { eventId, outcome, reason, answeredIn, pool, traceId, tenant, purpose, object } = history;
  const where = answeredIn === null ? '' : ` in ${answeredIn} by pool ${pool ?? 'unknown'}`;
  const why = reason === null ? '' : ` (${reason})`;
  const link = traceId !== null && jaeger !== null ? `  ${jaeger}/api/traces/${traceId}` : '';
  return [
    `${paint(eventId, 'heading')}  ${paint(`${outcome}${where}${why}`, lookOf(outcome))}`,
    `${object} of tenant ${tenant} for purpose ${purpose}, received in ${history.region}, ${timeOf(history.receivedAt ?? history.updatedAt)} UTC`,
    `trace ${traceId ?? 'not recorded'}${link}`,
  ];
}

const lookOfStep = ({ kind, decision }: Step): Look => {
  if (kind === 'held') return lookOf(decision?.outcome ?? 'held');
  if (kind === 'dead-lettered' || kind === 'violation') return 'bad';
  return kind === 'written-back' ? 'good' : 'plain';
};

function steps(history: History, { paint, trust }: TraceContext): readonly string[] {
  const start = Date.parse(history.steps[0]?.at ?? '');
  const rows = history.steps.flatMap((step): TableCell[][] => {
    const more = [
      ...reasonSentences(step),
      ...(step.decision ? [receiptSentence(step, history.eventId, trust)] : []),
    ];
    return [
      [
        `+${Date.parse(step.at) - start} ms`,
        step.region,
        step.service,
        { text: stepSentence(step), look: lookOfStep(step) },
      ],
      ...more.map((text): TableCell[] => ['', '', '', { text: `  ${text}`, look: 'quiet' }]),
    ];
  });
  return table(['AFTER', 'REGION', 'SERVICE', 'WHAT HAPPENED'], rows, paint);
}

function receiptSentence({ decision }: Step, eventId: string, trust: Signers): string {
  const check = checkReceipt(decision?.receipt ?? '', eventId, trust);
  return check.verified
    ? `receipt verified: signed by ${check.issuer}, holds until ${timeOf(check.expires.toISOString())}`
    : `receipt NOT verified: ${check.why}`;
}

function fields(history: History, { paint }: TraceContext): readonly string[] {
  if (history.fields.length === 0) return [];
  const rows = history.fields.map(
    ({ name, category, sensitivity, action, location, entities }): TableCell[] => [
      name,
      category,
      sensitivity,
      { text: action, look: action === 'keep' ? 'plain' : 'waiting' },
      Object.entries(entities)
        .map(([entity, many]) => `${entity} ${many}`)
        .join(', '),
      location,
    ],
  );
  return table(['FIELD', 'CATEGORY', 'SENSITIVITY', 'ACTION', 'FOUND IN IT', 'WHERE IT WENT'], rows, paint);
}

function violations(history: History, { paint }: TraceContext): readonly string[] {
  return history.violations.map(
    ({ at, region, service, code, detail }) =>
      `${paint('violation', 'bad')} ${timeOf(at)} ${region} ${service} ${code}: ${detail}`,
  );
}
