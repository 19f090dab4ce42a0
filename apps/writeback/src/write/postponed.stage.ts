import type { InferenceResult } from '@bailiwick/contracts';
import type { Stage } from '@bailiwick/kafka';
import { BailiwickError } from '@bailiwick/platform';
import type { WriteLedger } from './write-ledger.js';

/**
 * The same stage on the topic of postponed answers, where they wait for their CRM. Once one is settled, whatever became of it, later
 * answers about its record take the usual way again.
 */
export const postponedStage =
  (stage: Stage<InferenceResult>, ledger: Pick<WriteLedger, 'resumed'>): Stage<InferenceResult> =>
  async (result, context) => {
    try {
      const outcomes = await stage(result, context);
      await ledger.resumed(result.eventId);
      return outcomes;
    } catch (thrown) {
      const { runner } = BailiwickError.from(thrown).policy;
      if (runner !== 'back-off' && runner !== 'retry-then-dead-letter') await ledger.resumed(result.eventId);
      throw thrown;
    }
  };
