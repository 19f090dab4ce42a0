import { poolWorkload, spiffeId } from '@bailiwick/contracts';
import { checkServerIdentity, type PeerCertificate } from 'node:tls';

/**
 * Accepts a server only when its certificate carries the SPIFFE id of the pool, beside the name that the address has.
 * A wrong address in the configuration then reaches no other pool of the same authority.
 */
export function poolIdentityCheck(
  region: string,
  pool: string,
): (host: string, certificate: PeerCertificate) => Error | undefined {
  const expected = `URI:${spiffeId({ region, workload: poolWorkload(pool) })}`;
  return (host, certificate) => {
    const names = (certificate.subjectaltname ?? '').split(', ');
    if (!names.includes(expected))
      return new Error('the server is not the pool that this adapter is pinned to');
    return checkServerIdentity(host, certificate);
  };
}
