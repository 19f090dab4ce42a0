import { histogram } from '@bailiwick/platform';

/** Duration of writes to a CRM. `outcome` is the kind of the CRM's answer. */
export const CRM_WRITE_SECONDS = histogram('bailiwick_crm_write_seconds', 'Duration of a write to a CRM', [
  'outcome',
]);
