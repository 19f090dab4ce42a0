import { openSubscription, type SourceEvents } from '@bailiwick/crm';
import { SourceRunner, type SourceRunnerOptions } from '@bailiwick/kafka';
import type { Runnable } from '@bailiwick/platform';
import type { BorrowFor } from './borrowing.js';
import { allocationLeft, gaps, showState } from './pull-metrics.js';
import type { Pull } from './pull-file.js';
import { pullSource, type PullParts } from './pull-source.js';

/** A tenant whose allocation falls below this share is told of. */
const LOW_ALLOCATION = 0.2;
const ASK_AGAIN_MS = 1000;

/** The pulls of a cell, each by itself: one that waits or is held keeps no other, and no other way in, from its work. */
export function pullRunners(
  pulls: readonly Pull[],
  options: SourceRunnerOptions,
  parts: Omit<PullParts, 'source' | 'askAgainMs' | 'logger'>,
  borrow: BorrowFor,
): readonly Runnable[] {
  const { logger } = options;
  return pulls.map((pull) => {
    const { name, tenant } = pull;
    let last = '';
    const events: SourceEvents = {
      state: (state, reason) => {
        showState(name, state);
        if (`${state} ${reason}` === last) return;
        last = `${state} ${reason}`;
        const level = state === 'stopped' ? 'error' : 'info';
        logger[level]('a pull stands otherwise', { stage: name, tenant, code: state, reason });
      },
      gap: (reason) => {
        gaps.inc({ reason });
        logger.warn('a pull declared a gap', { stage: name, tenant, reason });
      },
      allocation: (left) => {
        allocationLeft.set({ pull: name }, left);
        if (left < LOW_ALLOCATION)
          logger.warn('the daily delivery allocation of a CRM runs low', { stage: name, tenant });
      },
    };
    const source = openSubscription(pull.crm, events, borrow(pull));
    const runner = new SourceRunner(
      options,
      pullSource(pull, { ...parts, source, logger, askAgainMs: ASK_AGAIN_MS }),
    );
    return {
      start: () => runner.start(),
      stop: async () => {
        await runner.stop();
        await source.close();
      },
    };
  });
}
