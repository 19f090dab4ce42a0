import { describe, expect, it } from 'vitest';
import { coalesce } from './coalesce.js';

describe('coalesced questions', () => {
  it('asked in one turn, or while a batch is out, share a batch and get their own answers', async () => {
    const batches: number[][] = [];
    let release: () => void = () => undefined;
    const ask = coalesce<number, number>(async (questions) => {
      batches.push([...questions]);
      await new Promise<void>((resolve) => (release = resolve));
      return questions.map((question) => question * 2);
    });
    const first = [ask(1), ask(2)];
    await new Promise((resolve) => setImmediate(resolve));
    const later = [ask(3), ask(4)];
    release();
    expect(await Promise.all(first)).toEqual([2, 4]);
    release();
    expect(await Promise.all(later)).toEqual([6, 8]);
    expect(batches).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });

  it('are all refused when their batch fails, and the next batch goes out', async () => {
    let fail = true;
    const ask = coalesce<number, number>(async (questions) => {
      if (fail) throw new Error('down');
      return questions;
    });
    await expect(Promise.all([ask(1), ask(2)])).rejects.toThrow('down');
    fail = false;
    expect(await ask(3)).toBe(3);
  });
});
