import { CustodyError } from '@bailiwick/custody';
import { BailiwickError } from '@bailiwick/platform';

/** What a failure of custody means for a producer: an erased tenant is refused, an unreachable key store is «not now». */
export function custodyFailure(thrown: unknown): BailiwickError {
  if (!(thrown instanceof CustodyError)) return BailiwickError.from(thrown);
  switch (thrown.code) {
    case 'key-missing':
    case 'tenant-destroyed':
      return new BailiwickError(
        'tenant-erased',
        'the keys of the tenant were destroyed; nothing is taken for it',
        {
          cause: thrown,
        },
      );
    case 'key-store-unavailable':
      return new BailiwickError('database-unavailable', 'the key store does not answer; try again', {
        cause: thrown,
      });
    case 'seal-broken':
    case 'wrong-recipient':
    case 'key-store-refused':
    case 'key-file-invalid':
      return new BailiwickError('internal', 'custody refused to work; its cause is in the service log', {
        cause: thrown,
      });
  }
}
