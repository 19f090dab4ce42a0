import { subscriptionRefusal } from '@bailiwick/crm';
import type { Purpose } from '@bailiwick/domain';
import { admit, type ControlView, type Refusal } from '../admit/admit.js';
import type { Pull } from './pull-file.js';

/**
 * May records of this subscription enter here now? The one gate of every inbound path, and whether the way on which they come is
 * lawful for the tenant: before anything is read, and again for every record.
 */
export function admitPull(
  { name, tenant, purpose, crm }: Pull,
  control: ControlView,
  region: string,
): Refusal | { readonly outcome: 'admitted'; readonly purpose: Purpose } {
  const producer = { id: `pull/${name}`, tenant, purposes: [purpose], expiresAt: Number.POSITIVE_INFINITY };
  const admission = admit(producer, { purpose, object: crm.object }, control, region);
  if (admission.outcome === 'refused') return admission;
  const profile = control.get('profile', tenant);
  const detail = profile ? subscriptionRefusal(crm, profile) : 'the tenant has no residency profile';
  if (detail === null) return admission;
  return { outcome: 'refused', code: 'endpoint-not-permitted', detail, home: null };
}
