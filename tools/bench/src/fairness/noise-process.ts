import { setTimeout as sleep } from 'node:timers/promises';
import { StackFile } from '@bailiwick/stack';
import type { NoiseDone, NoiseOrder } from './noise.js';
import { CONNECTIONS, Sender } from './sender.js';

const tenant = process.argv[2] ?? '';
let sender: Promise<Sender> | null = null;
let perSecond = 0;
let done = { sent: 0, refused: 0 };
const open = new Set<Promise<void>>();

process.on('message', (message: NoiseOrder | StackFile) => {
  if (!('perSecond' in message)) sender = Sender.open(message, tenant);
  else if (message.perSecond === 0) void beSilent();
  else if (sender) {
    perSecond = message.perSecond;
    void sender.then(makeNoise);
  }
});
process.once('disconnect', () => process.exit(0));

/** Sends evenly while a connection is free; a client that waits for answers on all of them sends nothing. */
async function makeNoise(from: Sender): Promise<void> {
  while (perSecond > 0) {
    if (open.size < CONNECTIONS) {
      done.sent++;
      const sending = from
        .send()
        .then((status) => void (status === 429 && done.refused++))
        .finally(() => open.delete(sending));
      open.add(sending);
    }
    await sleep(1000 / perSecond);
  }
}

async function beSilent(): Promise<void> {
  perSecond = 0;
  await Promise.all(open);
  process.send?.(done satisfies NoiseDone);
  done = { sent: 0, refused: 0 };
}
