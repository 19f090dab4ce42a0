import { counter, histogram } from '@bailiwick/platform';

/** Duration of writes to a CRM. `outcome` is the kind of the CRM's answer. */
export const CRM_WRITE_SECONDS = histogram('bailiwick_crm_write_seconds', 'Duration of a write to a CRM', [
  'outcome',
]);

/** Times that a CRM asked to be left alone, or said that its quota of the day is used up. */
export const CRM_PAUSES = counter('bailiwick_crm_pauses_total', 'Times that a CRM asked to be left alone', [
  'connection',
]);
