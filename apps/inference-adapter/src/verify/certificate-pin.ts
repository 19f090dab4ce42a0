import { X509Certificate } from 'node:crypto';
import { spiffeId, type Identity } from '@bailiwick/contracts';
import { BailiwickError } from '@bailiwick/platform';

/**
 * Refuses to go on unless the process's certificate names the identity that its configuration claims: an adapter that
 * is configured for one pool and holds another's certificate is a mistake or an attempt.
 */
export function requireCertificateOf(identity: Identity, certificatePem: string): void {
  const expected = `URI:${spiffeId(identity)}`;
  const names = new X509Certificate(certificatePem).subjectAltName?.split(', ') ?? [];
  if (!names.includes(expected))
    throw new BailiwickError(
      'certificate-not-permitted',
      'the certificate is not that of the adapter of BAILIWICK_POOL',
    );
}
