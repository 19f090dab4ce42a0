import { isAwaited, purposeKey, type CellEndpoints, type Purpose } from '@bailiwick/domain';
import type { ControlReader } from '@bailiwick/kafka';
import type { ErrorCode } from '@bailiwick/platform';
import type { Producer } from '../authorise/producer.js';

/** What the control-plane says, as far as this cell has heard it. */
export type ControlView = Pick<ControlReader, 'ready' | 'get' | 'all'>;

/** Why something is not taken. */
export interface Refusal {
  readonly outcome: 'refused';
  readonly code: ErrorCode;
  readonly detail: string;
  /** The right cell, for `wrong-cell`, when this one knows how it is reached. */
  readonly home: CellEndpoints | null;
}

const refused = (code: ErrorCode, detail: string, home: CellEndpoints | null = null): Refusal => ({
  outcome: 'refused',
  code,
  detail,
  home,
});

/** May this producer's tenant send to this cell at all? Asked before anything of a body is looked at. */
export function admitTenant(
  { tenant }: Pick<Producer, 'tenant'>,
  control: ControlView,
  region: string,
): Refusal | { readonly outcome: 'admitted' } {
  if (!control.ready)
    return refused('control-not-ready', 'this cell has not yet read what the control-plane says; try again');
  const profile = control.get('profile', tenant);
  if (!profile)
    return control.all('purpose').some((purpose) => purpose.tenant === tenant)
      ? refused('profile-missing', 'the tenant has no residency profile')
      : refused('tenant-unknown', 'there is no such tenant');
  if (profile.acknowledgement === null)
    return refused('profile-not-acknowledged', 'nobody has acknowledged the residency profile of the tenant');
  if (profile.homeRegion !== region)
    return refused(
      'wrong-cell',
      `the home of the tenant is ${profile.homeRegion}; nothing of the request was kept`,
      control.get('cell', profile.homeRegion) ?? null,
    );
  return { outcome: 'admitted' };
}

/** What is asked for: `purpose` is null when the event names none. */
export interface Asked {
  readonly purpose: string | null;
  readonly object: string;
  /** Whether somebody waits for the answer, as the gateway does. */
  readonly awaited?: boolean;
}

/** The one gate of every inbound path: decides by the producer's rights and the control state, and by nothing else. */
export function admit(
  producer: Producer,
  asked: Asked,
  control: ControlView,
  region: string,
): Refusal | { readonly outcome: 'admitted'; readonly purpose: Purpose } {
  const admitted = admitTenant(producer, control, region);
  if (admitted.outcome === 'refused') return admitted;
  const [only, ...others] = producer.purposes;
  if (only === undefined) return refused('scope-insufficient', 'the credential permits no purpose');
  if (asked.purpose === null && others.length > 0)
    return refused('event-invalid', 'name the purpose: the credential permits several');
  const id = asked.purpose ?? only;
  if (!producer.purposes.includes(id))
    return refused('scope-insufficient', 'the credential does not permit this purpose');
  const purpose = control.get('purpose', purposeKey(producer.tenant, id));
  if (!purpose) return refused('purpose-unknown', 'the tenant has no such purpose in this cell');
  if (purpose.object !== asked.object)
    return refused('event-invalid', `the purpose is about ${purpose.object}, the event is not`);
  if (isAwaited(asked.object) && asked.awaited !== true)
    return refused(
      'event-invalid',
      'a question is asked through the gateway, where somebody waits for its answer',
    );
  return { outcome: 'admitted', purpose };
}
