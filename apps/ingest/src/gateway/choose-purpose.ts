import type { Purpose } from '@bailiwick/domain';
import { BailiwickError } from '@bailiwick/platform';

/** What a client names: always a model, and a purpose where several ask for it. */
export interface Named {
  /** Object of the question: a purpose answers chats, or embeds texts. */
  readonly object: string;
  /** Model alias. */
  readonly model: string;
  /** Purpose id, or null. */
  readonly purpose: string | null;
}

/**
 * The purpose of a question: the client's scopes say for what it may ask, the model's name which of them it means. Throws
 * `scope-insufficient`, `model-unknown`, or `event-invalid` where the client has to say more.
 */
export function choosePurpose(
  awaited: readonly Purpose[],
  { model, object, purpose: named }: Named,
): Purpose {
  const purposes = awaited.filter((purpose) => purpose.object === object);
  if (purposes.length === 0)
    throw new BailiwickError(
      'scope-insufficient',
      `the credential permits no purpose about a ${object} whose answers a caller gets`,
    );
  const meant = named === null ? purposes : purposes.filter(({ id }) => id === named);
  if (meant.length === 0)
    throw new BailiwickError('scope-insufficient', 'the credential does not permit this purpose');
  const [chosen, ...others] = meant.filter((purpose) => purpose.model.alias === model);
  if (!chosen)
    throw new BailiwickError('model-unknown', 'no purpose of this client asks for that model', {
      extensions: { param: 'model' },
    });
  if (others.length > 0)
    throw new BailiwickError(
      'event-invalid',
      'several purposes of this client ask for that model: name one in the header bailiwick-purpose',
    );
  return chosen;
}
