/**
 * Works on what a source gives, up to `width` at once, and gives the results in the source's order. The source is asked for more only while
 * there is room. When it fails, what it gave before is given out first. Whoever leaves early has to end the source himself.
 */
export async function* inOrder<T, R>(
  source: AsyncIterable<T>,
  width: number,
  work: (item: T) => Promise<R>,
): AsyncGenerator<R> {
  const iterator = source[Symbol.asyncIterator]();
  const running: Promise<R>[] = [];
  let ended: { readonly failure: unknown } | 'well' | null = null;
  const read = (): Promise<void> =>
    iterator.next().then(
      (next) => {
        if (next.done === true) ended = 'well';
        else running.push(settled(work(next.value)));
      },
      (failure: unknown) => void (ended = { failure }),
    );
  let reading: Promise<void> | null = null;
  for (;;) {
    if (ended === null && running.length < width) reading ??= read().finally(() => (reading = null));
    const [first] = running;
    if (!first && reading) await reading;
    else if (!first) break;
    else {
      // Whatever comes first: the result that is next, or room for more of the source.
      const isFirst = reading
        ? await Promise.race([first.then(isReady, isReady), (reading as Promise<void>).then(() => false)])
        : true;
      if (!isFirst) continue;
      void running.shift();
      yield await first;
    }
  }
  if (ended !== null && ended !== 'well') throw (ended as { readonly failure: unknown }).failure;
}

const isReady = (): boolean => true;

/** A result that may fail before anyone waits for it. */
function settled<R>(result: Promise<R>): Promise<R> {
  result.catch(() => undefined);
  return result;
}
