/** A question asked one at a time and answered many at a time. */
export type Ask<Q, A> = (question: Q) => Promise<A>;

const MOST_PER_BATCH = 1000;

/**
 * Collects the questions of one turn of the event loop, and all that arrive while a batch is out, into the next
 * batch. Nothing waits for a timer, so a lone question goes out at once and a crowd shares one round trip.
 * `answer` gives one answer a question, in order; when it throws, every question of the batch is refused with it.
 */
export function coalesce<Q, A>(answer: (questions: readonly Q[]) => Promise<readonly A[]>): Ask<Q, A> {
  interface Waiting {
    readonly question: Q;
    readonly resolve: (answer: A) => void;
    readonly reject: (reason: unknown) => void;
  }
  let waiting: Waiting[] = [];
  let out = false;

  const send = async (): Promise<void> => {
    while (waiting.length > 0) {
      const batch = waiting.slice(0, MOST_PER_BATCH);
      waiting = waiting.slice(MOST_PER_BATCH);
      try {
        const answers = await answer(batch.map((each) => each.question));
        batch.forEach((each, index) => each.resolve(answers[index] as A));
      } catch (error) {
        for (const each of batch) each.reject(error);
      }
    }
    out = false;
  };

  return (question) =>
    new Promise<A>((resolve, reject) => {
      waiting.push({ question, resolve, reject });
      if (out) return;
      out = true;
      setImmediate(() => void send());
    });
}
