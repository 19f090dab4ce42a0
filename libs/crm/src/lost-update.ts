import type { Json } from '@bailiwick/domain';
import type { CrmWrite } from './crm-writer.js';

/** What a record says of itself now. */
export interface PresentRecord {
  /** Its values by field, as the CRM gives them. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** When it was changed last. */
  readonly changedAt: Date;
  /** Whether that was a write-back of ours. */
  readonly own: boolean;
}

/**
 * What to do with a record as it is now: `written` when it says already what is to be written, which is how an attempt whose
 * answer was lost is known again; `conflict` when others changed it since it was looked at. To the second, because that is how
 * exactly CRMs tell it.
 */
export function judge(
  { fields, unmodifiedSince }: Pick<CrmWrite, 'fields' | 'unmodifiedSince'>,
  present: PresentRecord,
): 'write' | 'written' | 'conflict' {
  if (Object.entries(fields).every(([name, value]) => says(present.fields, name, value))) return 'written';
  if (unmodifiedSince === null || present.own) return 'write';
  return seconds(present.changedAt) > seconds(unmodifiedSince) ? 'conflict' : 'write';
}

const seconds = (at: Date): number => Math.floor(at.getTime() / 1000);

/** Whether a field has a value. CRMs give numbers as texts, empty as null, and line ends and edges as they like. */
function says(present: Readonly<Record<string, unknown>>, name: string, value: Json): boolean {
  return Object.hasOwn(present, name) && plain(present[name]) === plain(value);
}

function plain(value: unknown): string {
  if (value === null || value === undefined) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.replaceAll('\r\n', '\n').trim();
}
