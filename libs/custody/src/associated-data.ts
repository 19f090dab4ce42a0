/** What a ciphertext is. Bound into its associated data, so one kind can never be passed off as another. */
export type SealContext = 'record' | 'minimised' | 'result' | 'reply' | 'dead-letter';

/** Whose content a seal holds, for which event. */
export interface SealSubject {
  readonly eventId: string;
  readonly tenant: string;
  /** Keyed pseudonym of the CRM record. */
  readonly subject: string;
}

/** Associated data of named parts. Lengths are written too, so no two lists collide by moving a boundary. */
export function associatedData(label: string, ...parts: readonly string[]): Buffer {
  let text = `bailiwick/1/${label}`;
  for (const part of parts) text += `|${part.length}:${part}`;
  return Buffer.from(text);
}

/** Binds content to its context, event, tenant and data subject. */
export const contentAssociatedData = (
  context: SealContext,
  { eventId, tenant, subject }: SealSubject,
): Buffer => associatedData(context, eventId, tenant, subject);

/** Binds a wrapped data key to its recipient, event, tenant and data subject. */
export const dataKeyAssociatedData = (recipient: string, { eventId, tenant, subject }: SealSubject): Buffer =>
  associatedData('data-key', recipient, eventId, tenant, subject);
