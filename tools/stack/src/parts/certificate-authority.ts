import { X509Certificate, createPrivateKey, webcrypto } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
// The authority's own library injects by metadata.
import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import { spiffeId, type Identity } from '@bailiwick/contracts';
import { writePrivate } from './write-config.js';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const DAY_MS = 86_400_000;
const VALID_MS = 365 * DAY_MS;
/** A certificate that has less left is issued anew at the next start. */
const RENEW_BEFORE_MS = 30 * DAY_MS;

/** PEM files of one identity. The key file is readable by its owner only. */
export interface CertificateFiles {
  readonly certificate: string;
  readonly key: string;
  readonly authority: string;
}

/**
 * The certificate authority of a local stack, made on its first start. It signs P-256 certificates that serve
 * as client and as server on this machine; the identity is in the name (for Kafka and Postgres) and in the
 * SPIFFE id (for everything else).
 */
export class CertificateAuthority {
  #consumers: Promise<CertificateAuthority> | undefined;
  /** By the folder of the identity: cells start at the same time, and some ask for the same one. */
  readonly #issuing = new Map<string, Promise<CertificateFiles>>();

  private constructor(
    private readonly folder: string,
    private readonly certificate: x509.X509Certificate,
    private readonly key: webcrypto.CryptoKey,
  ) {}

  /** Opens the authority kept in a folder, or makes one there. */
  static async open(folder: string): Promise<CertificateAuthority> {
    await mkdir(folder, { recursive: true });
    const certificateFile = join(folder, 'ca.pem');
    const keyFile = join(folder, 'ca.key');
    if (existsSync(certificateFile) && stillValid(await readFile(certificateFile, 'utf8'))) {
      const certificate = new x509.X509Certificate(await readFile(certificateFile, 'utf8'));
      return new CertificateAuthority(folder, certificate, await readKey(keyFile));
    }
    const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
    const certificate = await x509.X509CertificateGenerator.createSelfSigned(
      {
        name: [{ O: ['bailiwick'] }, { CN: ['Bailiwick local stack'] }],
        ...validity(),
        keys,
        signingAlgorithm: ALGORITHM,
        extensions: [
          new x509.BasicConstraintsExtension(true, 0, true),
          new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
          await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
        ],
      },
      webcrypto,
    );
    await writeKey(keyFile, keys.privateKey);
    await writePrivate(certificateFile, `${certificate.toString('pem')}\n`, 0o644);
    return new CertificateAuthority(folder, certificate, keys.privateKey);
  }

  /** PEM file of the authority's own certificate. */
  get file(): string {
    return join(this.folder, 'ca.pem');
  }

  /**
   * The authority of those who consume a cell's public topics, in a folder inside this one's. Brokers trust it and nothing else does, so
   * that a consumer's certificate opens no service, database or pool.
   */
  consumers(): Promise<CertificateAuthority> {
    // Cells start at the same time, and there is one such authority.
    this.#consumers ??= CertificateAuthority.open(join(this.folder, 'consumers'));
    return this.#consumers;
  }

  /**
   * Files of an identity; those of an earlier start are kept while they are this authority's and valid. With `until`, a certificate
   * that ends then and not before.
   */
  async issue(identity: Identity, until?: Date): Promise<CertificateFiles> {
    const home = join(this.folder, identity.region, identity.workload);
    const before = this.#issuing.get(home)?.catch(() => undefined);
    const issued = Promise.resolve(before).then(() => this.#issueIn(home, identity, until));
    this.#issuing.set(home, issued);
    return issued;
  }

  async #issueIn(home: string, identity: Identity, until?: Date): Promise<CertificateFiles> {
    const files = {
      certificate: join(home, 'certificate.pem'),
      key: join(home, 'key.pem'),
      authority: this.file,
    };
    if (existsSync(files.certificate) && existsSync(files.key)) {
      const pem = await readFile(files.certificate, 'utf8');
      const earlier = new X509Certificate(pem);
      const mine = new X509Certificate(this.certificate.toString('pem')).publicKey;
      const lasts = until ? endsAt(pem, until) : stillValid(pem);
      // One that was killed between the two files left a key without its certificate.
      const paired = earlier.checkPrivateKey(createPrivateKey(await readFile(files.key, 'utf8')));
      if (lasts && paired && earlier.verify(mine)) return files;
    }
    await mkdir(home, { recursive: true });
    const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
    const certificate = await x509.X509CertificateGenerator.create(
      {
        // Outermost first; RFC 2253 prints the reverse, which is what `distinguishedName` says and brokers read.
        subject: [{ O: ['bailiwick'] }, { OU: [identity.region] }, { CN: [identity.workload] }],
        issuer: this.certificate.subjectName.toJSON(),
        ...validity(until),
        publicKey: keys.publicKey,
        signingKey: this.key,
        signingAlgorithm: ALGORITHM,
        extensions: [
          new x509.BasicConstraintsExtension(false, undefined, true),
          new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
          new x509.ExtendedKeyUsageExtension([
            x509.ExtendedKeyUsage.clientAuth,
            x509.ExtendedKeyUsage.serverAuth,
          ]),
          await x509.AuthorityKeyIdentifierExtension.create(this.certificate.publicKey),
          new x509.SubjectAlternativeNameExtension([
            { type: 'url', value: spiffeId(identity) },
            { type: 'dns', value: 'localhost' },
            { type: 'ip', value: '127.0.0.1' },
          ]),
        ],
      },
      webcrypto,
    );
    await writeKey(files.key, keys.privateKey);
    await writePrivate(files.certificate, `${certificate.toString('pem')}\n`, 0o644);
    return files;
  }
}

const validity = (until = new Date(Date.now() + VALID_MS)): { notBefore: Date; notAfter: Date } => ({
  notBefore: new Date(Math.min(Date.now(), until.getTime()) - DAY_MS),
  notAfter: until,
});

/** Certificates know whole seconds. */
const endsAt = (pem: string, until: Date): boolean =>
  Date.parse(new X509Certificate(pem).validTo) === Math.floor(until.getTime() / 1000) * 1000;

const stillValid = (pem: string): boolean =>
  Date.parse(new X509Certificate(pem).validTo) > Date.now() + RENEW_BEFORE_MS;

async function readKey(file: string): Promise<webcrypto.CryptoKey> {
  const pkcs8 = x509.PemConverter.decodeFirst(await readFile(file, 'utf8'));
  return webcrypto.subtle.importKey('pkcs8', pkcs8, ALGORITHM, true, ['sign']);
}

async function writeKey(file: string, key: webcrypto.CryptoKey): Promise<void> {
  const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', key);
  await writePrivate(file, `${x509.PemConverter.encode(pkcs8, x509.PemConverter.PrivateKeyTag)}\n`);
}
