import type { GatewayReply } from '@bailiwick/contracts';
import { describe, expect, it } from 'vitest';
import { KEPT_MS, Replies } from './replies.js';

const reply = (eventId: string, code = 'none', bytes = 0): GatewayReply => ({
  eventId,
  tenant: 'atlas',
  purpose: 'assistant',
  subject: 's',
  outcome:
    bytes === 0
      ? { $case: 'refusal', value: { kind: 'held', code, detail: '' } }
      : {
          $case: 'answer',
          value: {
            payload: {
              recipient: 's',
              wrappedKey: Buffer.alloc(0),
              nonce: Buffer.alloc(12),
              ciphertext: Buffer.alloc(bytes),
            },
            receipt: '',
            pool: '',
            model: '',
            usage: undefined,
            finishedAt: undefined,
          },
        },
});
const never = new AbortController().signal;
const isKept = async (replies: Replies, eventId: string): Promise<boolean> =>
  replies.wait(eventId, AbortSignal.abort(new Error('not kept'))).then(
    () => true,
    () => false,
  );

describe('who waits for a reply', () => {
  it('gets it when it comes, however many wait, and when it has come before', async () => {
    const replies = new Replies();
    const waiting = [replies.wait('e-1', never), replies.wait('e-1', never)];
    const other = replies.wait('e-2', never);
    expect(replies.waiting).toBe(2);
    replies.take(reply('e-1'));
    for (const got of [...waiting, replies.wait('e-1', never)])
      expect(await got).toMatchObject({ eventId: 'e-1' });
    expect(replies.waiting).toBe(1);
    replies.take(reply('e-2'));
    await other;
  });

  it('gets the latest, when a held question was released', async () => {
    const replies = new Replies();
    replies.take(reply('e-1', 'first'));
    replies.take(reply('e-1', 'second'));
    expect(await replies.wait('e-1', never)).toMatchObject({ outcome: { value: { code: 'second' } } });
  });

  it('is forgotten when it gives up', async () => {
    const replies = new Replies();
    const giving = new AbortController();
    const waiting = replies.wait('e-1', giving.signal);
    giving.abort(new Error('gone'));
    await expect(waiting).rejects.toThrow('gone');
    expect(replies.waiting).toBe(0);
  });

  it('finds what was kept for as long as it is kept, and no more than there is room for', async () => {
    let now = 0;
    const replies = new Replies(300_000, () => now);
    replies.take(reply('old', 'none', 1));
    now = KEPT_MS;
    replies.take(reply('e-0', 'none', 100_000));
    expect(await isKept(replies, 'old')).toBe(false);
    for (let n = 1; n < 10; n++) replies.take(reply(`e-${n}`, 'none', 100_000));
    const kept = await Promise.all(Array.from({ length: 10 }, (_, n) => isKept(replies, `e-${n}`)));
    expect(kept.filter(Boolean)).toHaveLength(2);
    expect(kept.slice(8)).toEqual([true, true]);
  });
});
