import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { SILENT } from '@bailiwick/platform';
import {
  EMPTY_EDGE,
  SigningKey,
  TLOG_SIZE_TYPE,
  edgeFrontier,
  openCheckpoint,
  parseAddCheckpoint,
  signCheckpoint,
  witnessCheckpoint,
  writeTiles,
  type TreeHead,
} from '@bailiwick/tlog';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Witnesses } from './ask-witnesses.js';
import { OutsideWitness, askedWitnesses, type AskedWitness } from './asked-witness.js';

const ORIGIN = 'eu-central.bailiwick.local/log';
const generated = (name: string, type: 'note' | 'cosignature'): SigningKey => {
  const key = SigningKey.generate(name, type);
  if (!key.ok) throw new Error(key.reason);
  return key.value;
};
const logKey = generated(ORIGIN, 'note');
const cosigner = generated('witness.example/one', 'cosignature');
const absent = generated('witness.example/two', 'cosignature');

/** What the witness cosigned last; it is somebody else's program, which keeps that for itself. */
let latest: TreeHead | undefined;
let server: Server;
let asked: readonly AskedWitness[];

/** A witness as C2SP tlog-witness has it, under a prefix of its own. */
async function answer(path: string, body: string): Promise<{ status: number; type: string; body: string }> {
  const request = path === '/of/ours/add-checkpoint' ? parseAddCheckpoint(body) : null;
  if (!request?.ok) return { status: 404, type: 'text/plain', body: 'no such witness' };
  const logKeys = request.value.origin === ORIGIN ? [logKey.verifier] : undefined;
  const time = Math.floor(Date.now() / 1000);
  const verdict = witnessCheckpoint({ request: request.value, logKeys, latest, key: cosigner, time });
  if (verdict.ok) latest = verdict.latest;
  const type = verdict.status === 409 ? TLOG_SIZE_TYPE : 'text/plain';
  return { status: verdict.status, type, body: verdict.body };
}

beforeAll(async () => {
  server = createServer((request, response) => {
    void text(request)
      .then((body) => answer(request.url ?? '', body))
      .then(({ status, type, body }) => response.writeHead(status, { 'content-type': type }).end(body));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  const outside = OutsideWitness.array().parse([
    { url: `http://127.0.0.1:${port}/of/ours/`, key: cosigner.verifier.vkey },
    // Nobody is there.
    { url: 'http://127.0.0.1:9', key: absent.verifier.vkey },
  ]);
  asked = askedWitnesses([], outside);
});
afterAll(() => server.close());

/** A log of so many entries: its files, and its checkpoint as the log signs it. */
function logOf(size: number): { readonly files: ReadonlyMap<string, Uint8Array>; readonly note: string } {
  const { files, edge } = writeTiles(
    EMPTY_EDGE,
    Array.from({ length: size }, (_, n) => Buffer.from(`entry ${n}`)),
  );
  return { files, note: signCheckpoint({ origin: ORIGIN, size, root: edgeFrontier(edge).root() }, [logKey]) };
}

/** Names of who signed what came back. */
async function signersOf(
  witnesses: Witnesses,
  files: Map<string, Uint8Array>,
  size: number,
): Promise<unknown> {
  const log = logOf(size);
  for (const [path, bytes] of log.files) files.set(path, bytes);
  const note = await witnesses.cosign(log.note, size);
  const opened = openCheckpoint(note, ORIGIN, [logKey.verifier, cosigner.verifier, absent.verifier]);
  return opened.ok ? opened.value.note.signatures.map(({ name }) => name) : opened.reason;
}

describe('promise 5: a witness that no cell runs', () => {
  const files = new Map<string, Uint8Array>();
  const read = (path: string): Promise<Uint8Array | null> => Promise.resolve(files.get(path) ?? null);

  it('cosigns the log as it grows; one that is away delays nothing and is missing', async () => {
    const witnesses = new Witnesses(asked, read, SILENT);
    for (const size of [3, 300, 301])
      expect(await signersOf(witnesses, files, size)).toEqual([ORIGIN, 'witness.example/one']);
  });

  it('is asked on from what it cosigned last, by a process that does not know that', async () => {
    expect(await signersOf(new Witnesses(asked, read, SILENT), files, 400)).toEqual([
      ORIGIN,
      'witness.example/one',
    ]);
    expect(latest?.size).toBe(400);
  });

  it('is known by the key of a witness and nothing else', () => {
    const wrong = { url: 'https://witness.example', key: logKey.verifier.vkey };
    expect(OutsideWitness.safeParse(wrong).success).toBe(false);
  });
});
