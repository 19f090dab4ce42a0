import { EVENT_TYPES, topicNames, type RecordReceived } from '@bailiwick/contracts';
import { BailiwickError, CellConfig, RootModule, loadConfig, main } from '@bailiwick/platform';
import { clusterOf } from './cluster.js';
import { StageRunner } from './stage-runner.js';
import { emit } from './stage.js';

/** Subject of a record whose content was tampered with, as this service sees it. */
const TAMPERED = 's15';
/** Subject of a record on which this service has a defect that no promise carries. */
const DEFECT = 's14';

/** The smallest service with a stage, started as every service is: what ends its process is what ends theirs. */
main(() => ({
  config: loadConfig(CellConfig),
  wire: ({ config, logger, health, add, fatal }) => {
    const cell = config.BAILIWICK_CELL_FILE;
    const { record, classified } = topicNames(cell.jurisdiction);
    const runner = new StageRunner<RecordReceived>(
      {
        cluster: clusterOf(config, logger),
        cell,
        logger,
        seal: null,
        onFatal: fatal,
        sessionTimeoutMs: 3000,
      },
      {
        name: 'classify',
        topics: [record],
        type: EVENT_TYPES.received,
        concurrency: 8,
        stage: async (message) => {
          if (message.subject === TAMPERED) throw new BailiwickError('seal-broken', 'test');
          if (message.subject === DEFECT)
            setImmediate(() => {
              throw new TypeError('test');
            });
          return [emit({ topic: classified, type: EVENT_TYPES.received, message, fact: null })];
        },
      },
    );
    add(runner);
    health.add(runner.check);
    return Promise.resolve({ module: RootModule });
  },
}));
