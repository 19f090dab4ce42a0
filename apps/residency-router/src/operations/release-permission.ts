import { verifyReleaseOrder, type OperatorCommand, type VerificationKey } from '@bailiwick/contracts';
import type { ResidencyProfile } from '@bailiwick/domain';
import type { ErrorCode } from '@bailiwick/platform';

/** Why a record may not be released. */
export interface ReleaseRefusal {
  readonly code: ErrorCode;
  readonly detail: string;
}

/** What a release is judged by. */
export interface ReleaseGround {
  readonly region: string;
  /** Profile of the record's tenant, as it holds. */
  readonly profile: ResidencyProfile | undefined;
  /** Keys of the control-plane. */
  readonly keys: readonly VerificationKey[];
  readonly now: number;
}

/** On whose word a record is released, as its fact says; or why it is not. */
export type ReleasePermission =
  | { readonly ok: true; readonly why: string }
  | { readonly ok: false; readonly refusal: ReleaseRefusal };

const refuse = (code: ErrorCode, detail: string): ReleasePermission => ({
  ok: false,
  refusal: { code, detail },
});

/**
 * Whether a command to release is to be carried out. Where the tenant's profile does not leave it to operators, the command
 * must bring an order that the control-plane signed after a person of the tenant approved it. One that is brought must
 * hold wherever it is brought.
 */
export async function releasePermission(
  command: OperatorCommand,
  { region, profile, keys, now }: ReleaseGround,
): Promise<ReleasePermission> {
  const { tenant, by, reference } = command;
  if (command.order === '') {
    // What could not be decoded far enough to know whose it is has no profile that could demand anything.
    if (tenant === '' || profile?.releases === 'operator')
      return { ok: true, why: because(`by ${by}`, reference) };
    return refuse(
      'release-not-approved',
      'the residency profile asks for the approval of a person of the tenant, and the command brings none',
    );
  }
  const order = await verifyReleaseOrder(command.order, keys);
  if (!order) return refuse('release-forged', 'the approval is not signed by the control-plane');
  const meant =
    order.region === region &&
    order.tenant === tenant &&
    order.event === command.eventId &&
    order.topic === command.topic &&
    order.partition === command.partition &&
    order.offset === String(command.offset);
  if (!meant) return refuse('release-other-record', 'the approval is for a record at other coordinates');
  if (order.exp * 1000 <= now)
    return refuse('release-expired', 'the approval has expired; ask for another one');
  const { askedBy, approvedBy, role } = order;
  return { ok: true, why: because(`by ${askedBy}, approved by ${approvedBy} (${role})`, order.reference) };
}

/** Who, and under which reference. */
export const because = (who: string, reference: string): string =>
  reference === '' ? who : `${who}, ${reference}`;
