/**
 * Turns many concurrent single calls into few batched ones: while one batch is out, the calls that arrive wait
 * together for the next. No timer: a lone call goes at once, and batches grow with load.
 */
export function coalesce<Key, Value>(
  batch: (keys: readonly Key[]) => Promise<readonly Value[]>,
  maximum = 500,
): (key: Key) => Promise<Value> {
  interface Waiting {
    readonly key: Key;
    readonly resolve: (value: Value) => void;
    readonly reject: (reason: unknown) => void;
  }
  let waiting: Waiting[] = [];
  let running = false;

  const run = async (): Promise<void> => {
    running = true;
    await Promise.resolve();
    while (waiting.length > 0) {
      const taken = waiting.slice(0, maximum);
      waiting = waiting.slice(maximum);
      try {
        const values = await batch(taken.map(({ key }) => key));
        if (values.length !== taken.length) throw new Error('a batch must answer every key');
        taken.forEach(({ resolve }, index) => resolve(values[index] as Value));
      } catch (reason) {
        for (const { reject } of taken) reject(reason);
      }
    }
    running = false;
  };

  return (key) =>
    new Promise((resolve, reject) => {
      waiting.push({ key, resolve, reject });
      if (!running) void run();
    });
}
