import type { webcrypto } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InstantEngine } from './instant-engine.js';
import { PoolServer } from './pool-server.js';

const adapter = 'spiffe://local/eu-central/inference-adapter';
const ingest = 'spiffe://local/eu-central/ingest';

interface Identity {
  readonly cert: string;
  readonly key: string;
}

describe('a pool with an identity', () => {
  let folder: string;
  let server: PoolServer;
  let url: string;
  let ca: string;
  const identities = new Map<string, Identity>();

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pool-'));
    const authority = await createAuthority();
    ca = authority.cert.toString('pem');
    const own = await authority.issue([
      { type: 'ip', value: '127.0.0.1' },
      { type: 'url', value: 'spiffe://local/eu-central/pool' },
    ]);
    for (const id of [adapter, ingest])
      identities.set(id, await authority.issue([{ type: 'url', value: id }]));
    const stranger = await (await createAuthority()).issue([{ type: 'url', value: adapter }]);
    identities.set('stranger', stranger);
    const files = {
      caFile: join(folder, 'ca.pem'),
      certFile: join(folder, 'c.pem'),
      keyFile: join(folder, 'k.pem'),
    };
    await writeFile(files.caFile, ca);
    await writeFile(files.certFile, own.cert);
    await writeFile(files.keyFile, own.key);
    server = new PoolServer(
      {
        pool: 'eu-shared',
        host: '127.0.0.1',
        port: 0,
        models: new Map(),
        engine: 'instant',
        sequences: 1,
        queue: 1,
        tls: { ...files, allowedClients: new Set([adapter]) },
      },
      new InstantEngine(['triage-small']),
      pino({ enabled: false }),
    );
    url = await server.listen();
  });
  afterAll(async () => {
    await server.close();
    await rm(folder, { recursive: true });
  });

  const status = (path: string, as: string | undefined): Promise<number | undefined> => {
    const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
    request(`${url}${path}`, { ca, agent: false, ...(as && identities.get(as)) }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
    return promise;
  };

  it('answers the client that it was told of', async () => {
    expect(await status('/v1/models', adapter)).toBe(200);
  });

  it('refuses another service of the same authority, but tells it its health', async () => {
    expect(await status('/v1/models', ingest)).toBe(403);
    expect(await status('/health', ingest)).toBe(200);
  });

  it('gives no connection without a certificate, nor to the right name from another authority', async () => {
    await expect(status('/health', undefined)).rejects.toThrow();
    await expect(status('/health', 'stranger')).rejects.toThrow();
  });
});

interface Authority {
  readonly cert: x509.X509Certificate;
  issue(names: x509.JsonGeneralNames): Promise<Identity>;
}

async function createAuthority(): Promise<Authority> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const newKeys = (): Promise<webcrypto.CryptoKeyPair> =>
    crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const keys = await newKeys();
  const validity = { notBefore: new Date(Date.now() - 60_000), notAfter: new Date(Date.now() + 3_600_000) };
  const cert = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=test authority',
    keys,
    signingAlgorithm: algorithm,
    ...validity,
    extensions: [new x509.BasicConstraintsExtension(true, 0, true)],
  });
  return {
    cert,
    async issue(names) {
      const own = await newKeys();
      const issued = await x509.X509CertificateGenerator.create({
        subject: 'CN=service',
        issuer: cert.subject,
        publicKey: own.publicKey,
        signingKey: keys.privateKey,
        signingAlgorithm: algorithm,
        ...validity,
        extensions: [new x509.SubjectAlternativeNameExtension(names)],
      });
      const pkcs8 = await crypto.subtle.exportKey('pkcs8', own.privateKey);
      return { cert: issued.toString('pem'), key: x509.PemConverter.encode(pkcs8, 'PRIVATE KEY') };
    },
  };
}
