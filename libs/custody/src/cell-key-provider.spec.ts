import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { FileCellKeys } from './cell-key-provider.js';
import { generateCellKeys, generateKeyPair } from './key-agreement.js';
import { PoolKey } from './pool-key.js';

const directory = mkdtempSync(join(tmpdir(), 'bailiwick-keys-'));
afterAll(() => rmSync(directory, { recursive: true }));

let files = 0;
function fileWith(content: string): string {
  const path = join(directory, `${files++}.json`);
  writeFileSync(path, content);
  return path;
}

describe('a pool key file', () => {
  it('is read, and refused when it is not one', () => {
    const { privateKey } = generateKeyPair();
    expect(PoolKey.read('p', fileWith(JSON.stringify({ x25519PrivateKey: privateKey })))).toBeInstanceOf(
      PoolKey,
    );
    expect(() => PoolKey.read('p', fileWith('{}'))).toThrow(
      expect.objectContaining({ code: 'key-file-invalid' }),
    );
  });
});

describe('a cell key file', () => {
  const good = generateCellKeys();

  it('gives the keys that were generated', async () => {
    const keys = FileCellKeys.read(fileWith(JSON.stringify(good.file)));
    expect(Buffer.from(keys.publicKey).toString('base64url')).toBe(good.publicKey);
    const wrapped = await keys.wrap(Buffer.from('a'), Buffer.from('key'));
    expect((await keys.unwrap(Buffer.from('a'), wrapped)).toString()).toBe('key');
    await expect(keys.unwrap(Buffer.from('b'), wrapped)).rejects.toMatchObject({ code: 'seal-broken' });
  });

  it.each([
    ['is not there', '/nowhere/cell.json'],
    ['is not JSON', fileWith('kek')],
    ['lacks a key', fileWith(JSON.stringify({ kek: good.file.kek }))],
    ['holds a short key', fileWith(JSON.stringify({ ...good.file, kek: 'c2hvcnQ=' }))],
    [
      'holds no private key',
      fileWith(JSON.stringify({ ...good.file, x25519PrivateKey: generateKeyPair().publicKey })),
    ],
  ])('that %s is refused without quoting it', (_, path) => {
    expect(() => FileCellKeys.read(path)).toThrow(expect.objectContaining({ code: 'key-file-invalid' }));
    try {
      FileCellKeys.read(path);
    } catch (error) {
      expect(String(error)).not.toContain(good.file.kek);
    }
  });
});
