import { spawn, spawnSync } from 'node:child_process';
import { createServer } from 'node:http';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Frontier } from './frontier.js';
import { leafHash } from './hash.js';
import { sampleEntry, sampleLog } from './naive-tree.test-kit.js';
import { proveConsistency, proveInclusion } from './prove.js';
import {
  cosigned,
  logKey,
  outsideWitnessKey,
  signedHead,
  strangersKey,
  TIME,
  witnessKey,
} from './signed-log.test-kit.js';
import { fromBase64, toBase64 } from './text.js';
import { verifyConsistency, verifyInclusion, type TreeHead } from './verify-proof.js';

const SOURCE = fileURLToPath(new URL('../../../tools/tlog-check', import.meta.url));
const SIZE = 70_000;
const BATCHES = [1, 2, 255, 256, 257, 1000, 4095, 9999, 65_535, 65_536, 65_537, SIZE];
const folder = mkdtempSync(join(tmpdir(), 'tlog-'));
const program = join(folder, 'tlog-check');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Builds the checker; undefined when it is there, else why it cannot be: no Go, or modules that cannot be had. */
function whyNot(): string | undefined {
  const env = { ...process.env, PATH: `${process.env['PATH']}:/usr/local/go/bin`, GOTOOLCHAIN: 'local' };
  const go = (...args: string[]) =>
    spawnSync('go', args, { cwd: SOURCE, env, encoding: 'utf8', timeout: 180_000 });
  if (go('version').status !== 0) return 'Go is not installed';
  if (go('mod', 'download').status !== 0)
    return 'its modules cannot be downloaded, or it is older than they need';
  const built = go('build', '-buildvcs=false', '-o', program, '.');
  if (built.status !== 0) throw new Error(`tools/tlog-check does not build: ${built.stderr}`);
  return undefined;
}
const missing = whyNot();
// What is skipped has no end at which to clean up.
if (missing !== undefined) rmSync(folder, { recursive: true });

interface Answers {
  readonly size: number;
  readonly root: string;
  readonly signers: readonly string[];
  readonly times: readonly number[];
  readonly tiles: number;
  readonly inclusion: readonly { readonly index: number; readonly proof: readonly string[] }[];
  readonly consistency: readonly { readonly older: number; readonly proof: readonly string[] }[];
}

describe.skipIf(missing !== undefined)(
  `Go and Tessera's fsck, unchanged${missing ? ` (skipped: ${missing})` : ''}`,
  () => {
    const log = sampleLog(...BATCHES);
    const leaves = Array.from({ length: SIZE }, (_, n) => leafHash(sampleEntry(n)));
    const headAt = (size: number): TreeHead => ({
      size,
      root: Frontier.EMPTY.append(leaves.slice(0, size)).root(),
    });
    const head = headAt(SIZE);
    const place = join(folder, 'log');
    const write = (path: string, bytes: Uint8Array | string): void => {
      mkdirSync(dirname(join(place, path)), { recursive: true });
      writeFileSync(join(place, path), bytes);
    };
    beforeAll(() => {
      for (const [path, bytes] of log.files) write(path, bytes);
      write('checkpoint', cosigned(signedHead(head)));
    });

    /** Runs the checker: what it answers, or the sentence with which it refuses. */
    const check = async (where: string, questions: unknown = {}, key = logKey) => {
      const witnesses = [witnessKey, outsideWitnessKey].flatMap(({ verifier }) => [
        '-witness',
        verifier.vkey,
      ]);
      const run = spawn(program, ['-log', where, '-key', key.verifier.vkey, ...witnesses]);
      run.stdin.end(JSON.stringify(questions));
      const [stdout, stderr] = await Promise.all([textOf(run.stdout), textOf(run.stderr)]);
      return { stdout, stderr };
    };
    const hashes = (proof: readonly string[]): Uint8Array[] =>
      proof.map((hash) => fromBase64(hash) as Uint8Array);

    it('find our log sound, our tiles those that they make, our proofs valid, and theirs are valid to us', async () => {
      const inclusion = await Promise.all(
        [0, 255, 256, 65_535, 65_536, SIZE - 1].map(async (index) => {
          return { index, proof: (await proveInclusion(log.read, SIZE, index)).map(toBase64) };
        }),
      );
      const consistency = await Promise.all(
        [1, 256, 300, 65_536, SIZE].map(async (older) => {
          const root = toBase64(headAt(older).root);
          return { older, root, proof: (await proveConsistency(log.read, older, SIZE)).map(toBase64) };
        }),
      );
      const { stdout, stderr } = await check(place, { inclusion, consistency });
      expect(stderr).toBe('');
      const answers = JSON.parse(stdout) as Answers;
      expect(answers).toMatchObject({ size: SIZE, root: toBase64(head.root), times: [TIME, TIME] });
      expect(answers.signers).toEqual([logKey, witnessKey, outsideWitnessKey].map(({ name }) => name));
      // C2SP tlog-tiles counts them for this size: 273 + 1, 1 + 1, 1.
      expect(answers.tiles).toBe(277);
      expect(answers.inclusion).toEqual(inclusion);
      for (const { index, proof } of answers.inclusion)
        expect(verifyInclusion(leafHash(sampleEntry(index)), index, head, hashes(proof)).ok).toBe(true);
      expect(answers.consistency).toEqual(consistency);
      for (const { older, proof } of answers.consistency)
        expect(verifyConsistency(headAt(older), head, hashes(proof)).ok).toBe(true);
    });

    it('find it sound over HTTP as well, as plain files', async () => {
      const server = createServer((incoming, response) => {
        try {
          response.end(readFileSync(join(place, incoming.url ?? '')));
        } catch {
          response.writeHead(404).end();
        }
      });
      await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
      const { port } = server.address() as AddressInfo;
      const { stdout, stderr } = await check(`http://127.0.0.1:${port}/`);
      server.close();
      expect(stderr).toBe('');
      expect(JSON.parse(stdout)).toMatchObject({ size: SIZE, tiles: 277 });
    });

    it('refuse what we refuse', async () => {
      const spoil = (path: string): (() => void) => {
        const bytes = readFileSync(join(place, path));
        write(path, bytes.with(7, (bytes[7] ?? 0) ^ 1));
        return () => write(path, bytes);
      };
      expect((await check(place, {}, strangersKey)).stderr).toMatch(/^checkpoint: /);
      for (const path of ['tile/0/005', 'tile/1/001.p/17', 'tile/entries/100']) {
        const restore = spoil(path);
        expect((await check(place)).stderr).toMatch(/^Tessera's fsck: .*; tlog: /s);
        restore();
      }
      const wrong = { inclusion: [{ index: 5, proof: [toBase64(head.root)] }] };
      expect((await check(place, wrong)).stderr).toMatch(/^proofs: entry 5: /);
      expect((await check(place)).stderr).toBe('');
    });
  },
);
