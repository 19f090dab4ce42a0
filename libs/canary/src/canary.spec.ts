import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeCanaries } from './canary.js';
import { canariesIn } from './encodings.js';
import { searchFiles } from './search-files.js';

describe('canary search', () => {
  it.each(['utf8', 'hex', 'base64', 'base64url', 'utf16le'] as const)(
    'finds a planted leak in %s',
    (encoding) => {
      const { values, email } = makeCanaries();
      for (const before of ['', 'x', 'xy'])
        for (const after of ['', 'z', 'zzz']) {
          const text = `${before}${email}${after}`;
          const planted =
            encoding === 'utf16le'
              ? Buffer.from(text, 'utf16le')
              : Buffer.from(Buffer.from(text).toString(encoding === 'utf8' ? 'utf8' : encoding));
          expect(
            canariesIn(Buffer.concat([Buffer.from('head'), planted, Buffer.from('tail')]), values),
          ).toEqual([email]);
        }
    },
  );

  it('finds nothing where nothing is, and says how much it read', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'canary-'));
    try {
      await writeFile(join(folder, 'clean'), 'nothing personal here');
      expect(await searchFiles([folder], makeCanaries().values)).toEqual({ hits: [], files: 1, bytes: 21 });
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('finds a leak that lies across the boundary of two reads', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'canary-'));
    const { values, name } = makeCanaries();
    try {
      await writeFile(
        join(folder, 'big'),
        Buffer.concat([Buffer.alloc((1 << 20) - 5), Buffer.from(name), Buffer.alloc(100)]),
      );
      expect((await searchFiles([folder], values)).hits).toEqual([
        { file: join(folder, 'big'), value: name },
      ]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
