import { webcrypto } from 'node:crypto';
// The certificate library injects by metadata.
import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import type { TlsIdentity } from './tls-identity.js';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const validity = { notBefore: new Date(Date.now() - 60_000), notAfter: new Date(Date.now() + 3_600_000) };

/** An authority that lives as long as a test and issues certificates with a SPIFFE id for this machine. */
export async function testAuthority(): Promise<(id: string) => Promise<TlsIdentity>> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const authority = await x509.X509CertificateGenerator.createSelfSigned(
    {
      name: 'CN=test authority',
      ...validity,
      keys,
      signingAlgorithm: ALGORITHM,
      extensions: [new x509.BasicConstraintsExtension(true, 0, true)],
    },
    webcrypto,
  );
  return async (id) => {
    const own = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
    const certificate = await x509.X509CertificateGenerator.create(
      {
        subject: 'CN=test',
        issuer: authority.subject,
        ...validity,
        publicKey: own.publicKey,
        signingKey: keys.privateKey,
        signingAlgorithm: ALGORITHM,
        extensions: [
          new x509.SubjectAlternativeNameExtension([
            { type: 'url', value: id },
            { type: 'dns', value: 'localhost' },
            { type: 'ip', value: '127.0.0.1' },
          ]),
        ],
      },
      webcrypto,
    );
    const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', own.privateKey);
    return {
      cert: certificate.toString('pem'),
      key: x509.PemConverter.encode(pkcs8, x509.PemConverter.PrivateKeyTag),
      ca: authority.toString('pem'),
    };
  };
}
