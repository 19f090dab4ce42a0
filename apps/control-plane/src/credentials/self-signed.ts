// First: the library finds its parts by the metadata of decorators.
import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import type { CrmKey } from './crm-secret.js';

const ALGORITHM = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' } as const;
const DAY_MS = 86_400_000;
/** A CRM refuses the login when the certificate is over: until then another key is made. */
const VALID_MS = 730 * DAY_MS;

/** A certificate (DER, base64) of a key by itself, for CRMs that know public keys in this form only. */
export async function selfSigned({ x5c: _certificate, ...jwk }: CrmKey, name: string): Promise<string> {
  const { kty, n, e } = jwk;
  const privateKey = await webcrypto.subtle.importKey('jwk', jwk, ALGORITHM, false, ['sign']);
  const publicKey = await webcrypto.subtle.importKey('jwk', { kty, n, e }, ALGORITHM, true, ['verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned(
    {
      name: [{ CN: [name] }],
      notBefore: new Date(Date.now() - DAY_MS),
      notAfter: new Date(Date.now() + VALID_MS),
      keys: { privateKey, publicKey },
      signingAlgorithm: ALGORITHM,
      extensions: [new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true)],
    },
    webcrypto,
  );
  return Buffer.from(certificate.rawData).toString('base64');
}
