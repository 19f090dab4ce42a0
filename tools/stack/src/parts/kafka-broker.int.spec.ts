import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ManagedProcess } from '../managed-process.js';
import { Ports } from '../ports.js';
import { CertificateAuthority } from './certificate-authority.js';
import { kafkaBroker } from './kafka-broker.js';

let folder: string;
let authority: CertificateAuthority;
let broker: ManagedProcess;
let port: number;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kafka-broker-'));
  authority = await CertificateAuthority.open(join(folder, 'identities'));
  const ports = new Ports();
  port = await ports.claim('kafka', 0);
  const controllerPort = await ports.claim('controller', 0);
  broker = await kafkaBroker({
    brief: true,
    region: 'eu-central',
    folder: join(folder, 'kafka'),
    port,
    controllerPort,
    authority,
  });
  await broker.start();
});
afterAll(async () => {
  await broker?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** What a TLS client meets: bytes are asked for, because TLS 1.3 refuses a client only after the handshake. */
async function meet(files: { cert?: Buffer; key?: Buffer; ca: Buffer }): Promise<string> {
  const apiVersions = Buffer.from('0000000d00120000000000010003777777', 'hex');
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, ...files }, () => socket.write(apiVersions));
    socket.once('data', () => resolve('answered')).once('error', (error) => resolve(error.message));
    socket.once('close', () => resolve('closed'));
  }).then((met) => String(met));
}

test('a client without a certificate gets no connection', async () => {
  expect(await meet({ ca: await readFile(authority.file) })).toMatch(/certificate|closed/i);
});

test('a client with a certificate of another authority gets no connection', async () => {
  const stranger = await CertificateAuthority.open(join(folder, 'stranger'));
  const files = await stranger.issue({ region: 'eu-central', workload: 'ingest' });
  const [cert, key, ca] = await Promise.all(
    [files.certificate, files.key, authority.file].map((file) => readFile(file)),
  );
  expect(await meet({ cert: cert!, key: key!, ca: ca! })).not.toBe('answered');
});

test('a client with a certificate of this authority is answered', async () => {
  const files = await authority.issue({ region: 'eu-central', workload: 'ingest' });
  const [cert, key, ca] = await Promise.all(
    [files.certificate, files.key, authority.file].map((file) => readFile(file)),
  );
  expect(await meet({ cert: cert!, key: key!, ca: ca! })).toBe('answered');
});

test('a broker that was killed starts again on the same data and port', async () => {
  const before = broker.pid;
  await broker.kill();
  expect(broker.pid).toBeUndefined();
  await broker.start();
  expect(broker.pid).not.toBe(before);
  const files = await authority.issue({ region: 'eu-central', workload: 'ingest' });
  const [cert, key, ca] = await Promise.all(
    [files.certificate, files.key, authority.file].map((file) => readFile(file)),
  );
  expect(await meet({ cert: cert!, key: key!, ca: ca! })).toBe('answered');
});
