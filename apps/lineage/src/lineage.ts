import { LineageServiceService } from '@bailiwick/contracts';
import { grpcServerOf } from '@bailiwick/grpc';
import { StageRunner, clusterOf, type StageDefinition } from '@bailiwick/kafka';
import { RootModule, loadConfig, migrate, openDatabase, type ServiceDefinition } from '@bailiwick/platform';
import { LineageConfig } from './config.js';
import { LineageController } from './read/lineage.controller.js';
import { lineageService } from './read/lineage.grpc.js';
import { RecordReader } from './read/record-reader.js';
import { RecordStore } from './read/record-store.js';
import { FactLedger } from './record/fact-ledger.js';
import { factStage } from './record/fact.stage.js';
import { MIGRATIONS } from './schema.js';
import { TransferRegister } from './transfers/transfer-register.js';
import { TransfersController } from './transfers/transfers.controller.js';
import { ViolationLedger } from './violations/violation-ledger.js';
import { violationStage } from './violations/violation.stage.js';

/** Lineage of one cell: its configuration and wiring. */
export function lineage(env: NodeJS.ProcessEnv = process.env): ServiceDefinition<LineageConfig> {
  const config = loadConfig(LineageConfig, env);
  const cell = config.BAILIWICK_CELL_FILE;
  return {
    config,
    wire: async ({ logger, health, add, fatal }) => {
      const database = openDatabase(config);
      add({ start: () => migrate(database, 'lineage', MIGRATIONS), stop: () => database.end() });

      const store = new RecordStore(database);
      add(grpcServerOf({ config, health }).add(LineageServiceService, lineageService(store, cell, logger)));

      const cluster = clusterOf(config, logger);
      const run = <In>(definition: StageDefinition<In>): void => {
        // Facts and violations hold nothing personal, so a broken one needs no seal.
        const runner = new StageRunner({ cluster, cell, logger, seal: null, onFatal: fatal }, definition);
        health.add(runner.check);
        add(runner);
      };
      const concurrency = config.BAILIWICK_CONCURRENCY;
      run(factStage(cell, new FactLedger(database), concurrency));
      run(violationStage(cell, new ViolationLedger(database), concurrency));

      return {
        module: RootModule,
        controllers: [LineageController, TransfersController],
        providers: [
          { provide: RecordReader, useValue: new RecordReader(store, cell) },
          { provide: TransferRegister, useValue: new TransferRegister(database) },
        ],
      };
    },
  };
}
