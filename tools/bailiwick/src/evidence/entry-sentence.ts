import { readEntry } from './logged-facts.js';

/** What an entry tells, in one line without personal data. */
export function entrySentence(entry: Uint8Array): string {
  const read = readEntry(entry);
  if (!read?.fact) return read ? `${read.eventId} a long fact, by its digest` : 'not a fact';
  const { at, kind, service, region, jurisdiction, reason, decision, model } = read.fact;
  const more = [
    decision && `${decision.outcome} to ${decision.toJurisdiction || decision.fromJurisdiction}`,
    decision?.reasons[0],
    model && `by ${model.model} in pool ${model.pool}`,
    reason,
  ].filter(Boolean);
  const when = at?.toISOString() ?? 'no time';
  return `${when} ${kind} by ${service} in ${region} (${jurisdiction})${more.length > 0 ? `: ${more.join(', ')}` : ''}`;
}
