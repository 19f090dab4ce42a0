import { chmod, copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { grantIdentity, grantTopics, kafkaPrefix, type AnalyticsGrant } from '@bailiwick/contracts';
import type { CellSpec } from '@bailiwick/domain';
import type { CertificateFiles } from '@bailiwick/stack';

/** All that a consumer needs to read: one folder, to be handed over as a secret. */
export interface Handover {
  readonly folder: string;
  readonly topics: readonly string[];
  /** A consumer group that the grant may use. */
  readonly group: string;
}

/**
 * Writes a consumer's folder: certificate, key and the brokers' authority as PEM, the settings of a Java client
 * (`client.properties`) and those of librdkafka and all that build on it (`client.json`).
 */
export async function handOver(
  folder: string,
  cell: CellSpec,
  grant: AnalyticsGrant,
  brokers: readonly string[],
  files: CertificateFiles,
): Promise<Handover> {
  const home = resolve(folder);
  await mkdir(home, { recursive: true, mode: 0o700 });
  const at = (name: string): string => join(home, name);
  await copyFile(files.authority, at('authority.pem'));
  await copyFile(files.certificate, at('certificate.pem'));
  await copyFile(files.key, at('key.pem'));
  const pem = await Promise.all([files.key, files.certificate].map((file) => readFile(file, 'utf8')));
  await writeFile(at('keystore.pem'), pem.join(''));
  const group = `${kafkaPrefix(grantIdentity(grant))}default`;
  const topics = grantTopics(cell, grant).map(({ name }) => name);
  const java = {
    'bootstrap.servers': brokers.join(','),
    'security.protocol': 'SSL',
    'ssl.keystore.type': 'PEM',
    'ssl.keystore.location': at('keystore.pem'),
    'ssl.truststore.type': 'PEM',
    'ssl.truststore.location': at('authority.pem'),
    'isolation.level': 'read_committed',
    'auto.offset.reset': 'earliest',
  };
  await writeFile(
    at('client.properties'),
    Object.entries(java)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(''),
  );
  const librdkafka = {
    topics,
    config: {
      'bootstrap.servers': brokers.join(','),
      'security.protocol': 'ssl',
      'ssl.ca.location': at('authority.pem'),
      'ssl.certificate.location': at('certificate.pem'),
      'ssl.key.location': at('key.pem'),
      'group.id': group,
      'isolation.level': 'read_committed',
      'auto.offset.reset': 'earliest',
    },
  };
  await writeFile(at('client.json'), `${JSON.stringify(librdkafka, null, 2)}\n`);
  for (const secret of ['key.pem', 'keystore.pem']) await chmod(at(secret), 0o600);
  return { folder: home, topics, group };
}
