import { CustodyError } from '@bailiwick/custody';
import { deadLetter, violation, type Outcome } from '@bailiwick/kafka';
import { BailiwickError } from '@bailiwick/platform';

/**
 * What a failure of custody means for the record in hand. A seal that does not open is an altered or misplaced
 * record: it is dead-lettered and reported, and the records behind it go on. Anything else is thrown on as one of
 * our errors: a record of an erased data subject is a dead letter, an unreachable key store makes it wait.
 */
export function custodyFailure(thrown: unknown): readonly Outcome[] {
  if (!(thrown instanceof CustodyError)) throw thrown;
  switch (thrown.code) {
    case 'seal-broken':
    case 'wrong-recipient': {
      const detail = 'the seal does not open for this event and data subject';
      return [deadLetter('seal-broken', detail), violation('seal-broken', detail)];
    }
    case 'key-missing':
    case 'tenant-destroyed':
      throw new BailiwickError('subject-erased', 'the key of the data subject or its tenant is gone', {
        cause: thrown,
      });
    case 'key-store-unavailable':
      throw new BailiwickError('database-unavailable', 'the key store does not answer', { cause: thrown });
    case 'key-store-refused':
    case 'key-file-invalid':
      throw new BailiwickError('internal', 'custody refused to work; its cause is in the service log', {
        cause: thrown,
      });
  }
}
