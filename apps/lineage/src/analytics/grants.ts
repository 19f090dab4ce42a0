import { readFile } from 'node:fs/promises';
import { GrantsFile, type KeyedGrant, type KnownProfile } from '@bailiwick/contracts';
import type { CellSpec } from '@bailiwick/domain';
import { ControlReader, StageRunner, type StageRunnerOptions } from '@bailiwick/kafka';
import type { Logger, Runnable } from '@bailiwick/platform';
import type { AnalyticsOutcome } from './analytics-outcome.js';
import { grantStage, grantStageName } from './grant.stage.js';

const READ_EVERY_MS = 1000;

/** What the grants of a cell are carried out with. */
export interface GrantsOptions {
  readonly file: string;
  readonly cell: CellSpec;
  readonly stage: StageRunnerOptions;
  /** Reads profiles; started when a consumer of another jurisdiction is granted something. */
  readonly control: ControlReader;
  readonly logger: Logger;
}

/**
 * Carries out what the grants file says, from a second after it changed: a stage for each grant of this cell, with a consumer group of its own,
 * so that one that is new gets what is kept from its beginning and one that is in trouble delays no other. A grant that is
 * over or gone is carried out no more. A file that cannot be read changes nothing.
 */
export class Grants implements Runnable {
  readonly #options: GrantsOptions;
  readonly #running = new Map<string, StageRunner<AnalyticsOutcome>>();
  #text = '';
  #known: readonly KeyedGrant[] = [];
  /** What stands now, by the names of the stages. */
  #terms: ReadonlyMap<string, KeyedGrant> = new Map();
  #controlStarted = false;
  #timer: NodeJS.Timeout | undefined;
  #reading: Promise<void> = Promise.resolve();

  constructor(options: GrantsOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    await this.#carryOut();
    this.#timer = setInterval(() => {
      this.#reading = this.#reading
        .then(() => this.#carryOut())
        .catch((error: unknown) => this.#options.logger.error('grants are carried out later', { error }));
    }, READ_EVERY_MS);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#reading;
    await Promise.all([...this.#running.values()].map((runner) => runner.stop()));
    if (this.#controlStarted) await this.#options.control.stop();
  }

  async #carryOut(): Promise<void> {
    await this.#readFile();
    const { cell, control } = this.#options;
    const granted = new Map(
      this.#known
        .filter(({ region, expires }) => region === cell.region && Date.parse(expires) > Date.now())
        .map((grant) => [grantStageName(grant), grant]),
    );
    this.#terms = granted;
    for (const [name, runner] of this.#running)
      if (!granted.has(name)) {
        this.#running.delete(name);
        await runner.stop();
      }
    for (const [name, grant] of granted) {
      if (grant.jurisdiction !== cell.jurisdiction && !this.#controlStarted) {
        this.#controlStarted = true;
        await control.start();
      }
      if (!this.#running.has(name)) await this.#run(name, grant);
    }
  }

  async #run(name: string, grant: KeyedGrant): Promise<void> {
    const { cell, stage } = this.#options;
    const runner = new StageRunner(
      stage,
      grantStage(
        cell,
        grant,
        () => this.#terms.get(name) ?? grant,
        (tenant) => this.#profileOf(tenant),
      ),
    );
    this.#running.set(name, runner);
    await runner.start();
  }

  #profileOf(tenant: string): KnownProfile {
    const { control } = this.#options;
    // Before everything was read, nothing is known.
    return { profile: control.get('profile', tenant), asOf: control.ready ? control.asOf : 0 };
  }

  async #readFile(): Promise<void> {
    const { file, logger } = this.#options;
    try {
      const text = await readFile(file, 'utf8');
      if (text === this.#text) return;
      this.#text = text;
      this.#known = GrantsFile.parse(JSON.parse(text)).grants;
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') {
        this.#text = '';
        this.#known = [];
      } else
        logger.error('the grants file cannot be read: what was granted before stands', { error: thrown });
    }
  }
}
