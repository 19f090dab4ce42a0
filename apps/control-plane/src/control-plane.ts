import { createPrivateKey } from 'node:crypto';
import { grpcServerOf } from '@bailiwick/grpc';
import { Cluster, ControlPublisher, type ControlSigner } from '@bailiwick/kafka';
import {
  RootModule,
  identityOf,
  loadConfig,
  readTls,
  type Logger,
  type ServiceDefinition,
} from '@bailiwick/platform';
import { ControlPlaneConfig } from './config.js';
import { CellPublisher } from './publish/cell-publisher.js';
import { Sequence } from './publish/sequence.js';
import type { SigningKey } from './publish/signing-key.js';
import { statementsOf, type Statement } from './publish/statements.js';
import { ControlController } from './read/control.controller.js';
import { ControlState } from './read/control-state.js';
import type { DeployedCell } from './seed/deployed-cell.js';
import { readSeed } from './seed/seed.js';

const signerOf = ({ kid, ...jwk }: SigningKey): ControlSigner => ({
  key: createPrivateKey({ key: jwk, format: 'jwk' }),
  kid,
});

/** The control-plane of all cells: its configuration and wiring. Throws `config-invalid` when the seed is wrong. */
export function controlPlane(env: NodeJS.ProcessEnv = process.env): ServiceDefinition<ControlPlaneConfig> {
  const config = loadConfig(ControlPlaneConfig, env);
  const cells = config.BAILIWICK_CELLS_FILE;
  const seed = readSeed(config.BAILIWICK_SEED_DIR, cells);
  const signer = signerOf(config.BAILIWICK_SIGNING_KEY_FILE);
  const statements = statementsOf(seed);
  return {
    config,
    wire: async ({ logger, health, add }) => {
      add(grpcServerOf({ config, health }));
      const publishers = cells.map((cell) => publisherOf(cell, config, signer, statements, logger));
      for (const publisher of publishers) {
        health.add(publisher.check);
        add(publisher);
      }
      const state = new ControlState(seed, publishers);
      return {
        module: RootModule,
        controllers: [ControlController],
        providers: [{ provide: ControlState, useValue: state }],
      };
    },
  };
}

function publisherOf(
  { region, jurisdiction, brokers }: DeployedCell,
  config: ControlPlaneConfig,
  signer: ControlSigner,
  statements: readonly Statement[],
  logger: Logger,
): CellPublisher {
  const cluster = new Cluster({ identity: identityOf(config), brokers, tls: readTls(config), logger });
  const topics = new ControlPublisher(cluster, jurisdiction, signer);
  return new CellPublisher(region, statements, topics, logger, new Sequence());
}
