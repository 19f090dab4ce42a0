import {
  createPrivateKey,
  createPublicKey,
  generateKeyPair as generateKeyPairThen,
  generateKeyPairSync,
  randomBytes,
  webcrypto,
} from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  TRUST_DOMAIN,
  spiffeId,
  type Identity,
  type TrustBundle,
  type VerificationKey,
} from '@bailiwick/contracts';
import { generateCellKeys, generateKeyPair } from '@bailiwick/custody';
import type { CellSpec } from '@bailiwick/domain';
import { SigningKey as LogSigningKey, type KeyType } from '@bailiwick/tlog';
import { calculateJwkThumbprint } from 'jose';
import { z } from 'zod';
// The library of certificates finds its parts by metadata.
import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import { writeConfig, writePrivate } from './write-config.js';

/** A private key file and the public half of its key. */
export interface KeyFile<P> {
  readonly file: string;
  readonly publicKey: P;
}

const EncryptionKeyFile = z.looseObject({ x25519PrivateKey: z.base64url() });
const SigningKeyFile = z.object({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  x: z.string(),
  d: z.string(),
  kid: z.string(),
});

const RsaKeyFile = z.looseObject({ kty: z.literal('RSA'), n: z.string(), e: z.string(), d: z.string() });
const CertifiedFile = z.looseObject({ x5c: z.tuple([z.base64()]) });
const RSA = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' } as const;
const DAY_MS = 86_400_000;
const generateRsa = promisify(generateKeyPairThen);

/** Public RSA key as a JWK. */
export type RsaPublicJwk = Readonly<{ kty: 'RSA'; n: string; e: string; kid: string }>;

/** Private Ed25519 key as a JWK (RFC 8037) with the RFC 7638 thumbprint of its public half as `kid`. */
export type SigningJwk = z.infer<typeof SigningKeyFile>;

/**
 * The keys of a local stack, made at its first start and kept in files that only its user reads. A deployment
 * takes them from a KMS or a secret store instead.
 */
export class KeyMaterial {
  constructor(private readonly folder: string) {}

  /** Topmost key and X25519 key of a cell. */
  cell(region: string): Promise<KeyFile<string>> {
    return encryptionKey(join(this.folder, region, 'cell.json'), () => generateCellKeys().file);
  }

  /** X25519 key of a pool. */
  pool(region: string, pool: string): Promise<KeyFile<string>> {
    return encryptionKey(join(this.folder, region, 'pools', `${pool}.json`), () => ({
      x25519PrivateKey: generateKeyPair().privateKey,
    }));
  }

  /** Ed25519 key with which a workload signs. */
  signing({ region, workload }: Identity): Promise<KeyFile<VerificationKey>> {
    return signingKey(join(this.folder, region, `${workload}.signing.json`));
  }

  /** Key with which lineage of a cell signs its log (`note`), or cosigns those of others. Its public half is a verifier key. */
  async note(region: string, type: KeyType): Promise<KeyFile<string>> {
    const role = type === 'note' ? 'log' : 'witness';
    const file = join(this.folder, region, `lineage.${role}.key`);
    if (!existsSync(file)) {
      const made = LogSigningKey.generate(`${region}.${TRUST_DOMAIN}/${role}`, type);
      if (!made.ok) throw new Error(`no key can be named for ${region}: ${made.reason}`);
      await writePrivate(file, `${made.value.secret()}\n`);
    }
    const key = LogSigningKey.parse((await readFile(file, 'utf8')).trim());
    if (!key.ok) throw new Error(`${file} holds no key of a log`);
    return { file, publicKey: key.value.verifier.vkey };
  }

  /** Ed25519 key with which an OAuth client proves itself. */
  client(clientId: string): Promise<KeyFile<VerificationKey>> {
    return signingKey(join(this.folder, 'clients', `${clientId}.json`));
  }

  /** File of the key under which the control-plane seals what its store keeps secret. */
  async sealing(): Promise<string> {
    const file = join(this.folder, 'control', 'sealing.json');
    if (!existsSync(file)) await writeConfig(file, { kek: randomBytes(32).toString('base64url') });
    return file;
  }

  /** RSA key with which the mesh logs in to the CRM of a tenant, as its connected app. */
  async connectedApp(tenant: string): Promise<KeyFile<RsaPublicJwk>> {
    const file = join(this.folder, 'crm', `${tenant}.json`);
    if (!existsSync(file)) {
      const { privateKey } = await generateRsa('rsa', { modulusLength: 2048 });
      await writeConfig(file, privateKey.export({ format: 'jwk' }));
    }
    const { kty, n, e } = RsaKeyFile.parse(JSON.parse(await readFile(file, 'utf8')));
    return { file, publicKey: { kty, n, e, kid: await calculateJwkThumbprint({ kty, n, e }) } };
  }

  /** RSA key with the certificate by which the mesh logs in to Microsoft Entra for a tenant. */
  async certifiedApp(tenant: string): Promise<{ readonly file: string; readonly certificate: string }> {
    const file = join(this.folder, 'crm', `${tenant}.certified.json`);
    if (!existsSync(file)) {
      const { privateKey } = await generateRsa('rsa', { modulusLength: 2048 });
      const jwk = privateKey.export({ format: 'jwk' });
      await writeConfig(file, { ...jwk, x5c: [await selfSigned(jwk)] });
    }
    const { x5c } = CertifiedFile.parse(JSON.parse(await readFile(file, 'utf8')));
    return { file, certificate: x5c[0] };
  }

  /** Secrets with which the mesh logs in to a CRM that makes them itself. */
  async crmSecret<N extends string>(
    id: string,
    names: readonly N[],
  ): Promise<{ readonly file: string; readonly secrets: Readonly<Record<N, string>> }> {
    const file = join(this.folder, 'crm', `${id}.secret.json`);
    if (!existsSync(file))
      await writeConfig(
        file,
        Object.fromEntries(names.map((name) => [name, randomBytes(32).toString('base64url')])),
      );
    return { file, secrets: JSON.parse(await readFile(file, 'utf8')) as Readonly<Record<N, string>> };
  }

  /** File of the secret that signs a webhook. */
  async webhook(id: string): Promise<string> {
    const file = join(this.folder, 'webhooks', `${id}.secret`);
    if (!existsSync(file)) await writePrivate(file, `${randomBytes(32).toString('base64url')}\n`);
    return file;
  }

  /** Writes the bundle of all public keys that services trust, and gives its file. */
  async trustBundle(cells: readonly CellSpec[], signers: readonly Identity[]): Promise<string> {
    const bundle: TrustBundle = { signers: {}, erasers: {}, cells: {} };
    for (const signer of signers) bundle.signers[spiffeId(signer)] = [(await this.signing(signer)).publicKey];
    for (const { region } of cells) {
      bundle.cells[region] = (await this.cell(region)).publicKey;
      const eraser = { region, workload: 'writeback' };
      bundle.erasers[spiffeId(eraser)] = [(await this.signing(eraser)).publicKey];
    }
    const file = join(this.folder, 'trust.json');
    await writePrivate(file, JSON.stringify(bundle, null, 2), 0o644);
    return file;
  }
}

/** Reads a private signing key. */
export async function readSigningKey(file: string): Promise<SigningJwk> {
  return SigningKeyFile.parse(JSON.parse(await readFile(file, 'utf8')));
}

async function selfSigned(jwk: webcrypto.JsonWebKey): Promise<string> {
  const { kty = '', n = '', e = '' } = jwk;
  const certificate = await x509.X509CertificateGenerator.createSelfSigned(
    {
      name: [{ CN: ['sample app'] }],
      notBefore: new Date(Date.now() - DAY_MS),
      notAfter: new Date(Date.now() + 365 * DAY_MS),
      keys: {
        privateKey: await webcrypto.subtle.importKey('jwk', jwk, RSA, false, ['sign']),
        publicKey: await webcrypto.subtle.importKey('jwk', { kty, n, e }, RSA, true, ['verify']),
      },
      signingAlgorithm: RSA,
    },
    webcrypto,
  );
  return Buffer.from(certificate.rawData).toString('base64');
}

async function encryptionKey(file: string, make: () => object): Promise<KeyFile<string>> {
  if (!existsSync(file)) await writeConfig(file, make());
  const { x25519PrivateKey } = EncryptionKeyFile.parse(JSON.parse(await readFile(file, 'utf8')));
  const key = createPrivateKey({
    key: Buffer.from(x25519PrivateKey, 'base64url'),
    format: 'der',
    type: 'pkcs8',
  });
  const { x } = createPublicKey(key).export({ format: 'jwk' });
  if (x === undefined) throw new Error(`${file} holds no X25519 key`);
  return { file, publicKey: x };
}

async function signingKey(file: string): Promise<KeyFile<VerificationKey>> {
  if (!existsSync(file)) {
    const jwk = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
    const kid = await calculateJwkThumbprint({ kty: 'OKP', crv: 'Ed25519', x: jwk.x ?? '' });
    await writeConfig(file, { ...jwk, kid });
  }
  const { kty, crv, x, kid } = await readSigningKey(file);
  return { file, publicKey: { kty, crv, x, kid } };
}
