import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect, type TLSSocket } from 'node:tls';
import type { CertificateFiles } from './certificate-authority.js';

/** Requests of Kafka's protocol that are asked here, in the versions that both 3.x and 4.x brokers speak. */
const FIND_COORDINATOR = { key: 10, version: 1 } as const;
const DESCRIBE_GROUPS = { key: 15, version: 0 } as const;
const COORDINATORS = [0, 1] as const;

/**
 * Resolves when a broker's coordinators answer. A fresh broker listens seconds before they do, and tells clients
 * "coordinator is loading" meanwhile. Asks by the wire protocol so that the wait needs no client's retry rules.
 * https://kafka.apache.org/protocol
 */
export async function coordinatorsReady(
  port: number,
  files: CertificateFiles,
  offsetsPartitions: number,
  signal: AbortSignal,
): Promise<void> {
  const groups = groupPerPartition(offsetsPartitions);
  for (;;) {
    signal.throwIfAborted();
    const answered = await ask(port, files, groups, signal).catch(() => false);
    if (answered) return;
    await sleep(50, undefined, { signal });
  }
}

async function ask(
  port: number,
  files: CertificateFiles,
  groups: readonly string[],
  signal: AbortSignal,
): Promise<boolean> {
  const [cert, key, ca] = await Promise.all([
    readFile(files.certificate),
    readFile(files.key),
    readFile(files.authority),
  ]);
  const socket = connect({ host: '127.0.0.1', port, cert, key, ca });
  const abort = (): unknown => socket.destroy();
  signal.addEventListener('abort', abort, { once: true });
  try {
    for (const kind of COORDINATORS) {
      const answer = await call(
        socket,
        FIND_COORDINATOR,
        Buffer.concat([string('readiness'), Buffer.from([kind])]),
      );
      if (answer.readInt16BE(4) !== 0) return false;
    }
    const answer = await call(
      socket,
      DESCRIBE_GROUPS,
      Buffer.concat([int32(groups.length), ...groups.map(string)]),
    );
    return everyGroupAnswered(answer, groups.length);
  } finally {
    signal.removeEventListener('abort', abort);
    socket.destroy();
  }
}

/** Reads the error codes of a DescribeGroups answer; a group that does not exist has none. */
function everyGroupAnswered(answer: Buffer, count: number): boolean {
  let at = 4;
  for (let group = 0; group < count; group++) {
    if (answer.readInt16BE(at) !== 0) return false;
    at += 2;
    for (let text = 0; text < 4; text++) at += 2 + answer.readInt16BE(at);
    if (answer.readInt32BE(at) !== 0) return true;
    at += 4;
  }
  return true;
}

/** Sends one request and gives the body of its answer. */
async function call(socket: TLSSocket, api: { key: number; version: number }, body: Buffer): Promise<Buffer> {
  const header = Buffer.concat([int16(api.key), int16(api.version), int32(1), string('bailiwick-stack')]);
  socket.write(Buffer.concat([int32(header.length + body.length), header, body]));
  return new Promise((resolve, reject) => {
    let received = Buffer.alloc(0);
    const take = (chunk: Buffer): void => {
      received = Buffer.concat([received, chunk]);
      if (received.length < 4 || received.length < 4 + received.readInt32BE(0)) return;
      socket.off('data', take);
      resolve(received.subarray(8));
    };
    socket
      .on('data', take)
      .once('error', reject)
      .once('close', () => reject(new Error('closed')));
  });
}

/** One group name for each partition of the offsets topic: a group belongs to |hash| modulo partitions. */
function groupPerPartition(partitions: number): readonly string[] {
  const names = new Map<number, string>();
  for (let n = 0; names.size < partitions; n++) {
    const name = `readiness-${n}`;
    names.set(Math.abs(javaHash(name)) % partitions, name);
  }
  return [...names.values()];
}

/** `String.hashCode()` of an ASCII text. */
const javaHash = (text: string): number =>
  Buffer.from(text).reduce((hash, byte) => (Math.imul(31, hash) + byte) | 0, 0);

const int16 = (value: number): Buffer => Buffer.from([value >> 8, value & 255]);
function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}
const string = (text: string): Buffer => Buffer.concat([int16(Buffer.byteLength(text)), Buffer.from(text)]);
