import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { EVENT_TYPES } from '@bailiwick/contracts';
import type { TestBroker } from '@bailiwick/testing';
import { judge, type SeenRecord, type SentRecord, type Verdict } from './checker.js';
import type { Cluster } from './cluster.js';
import { partitioner } from './partitioner.js';
import { readTopic } from './read-topic.js';
import { chunks, recordId, sampleMessage } from './sample.test-kit.js';
import type { StageProcessSetup } from './stage-process.test-kit.js';

const PROGRAM = fileURLToPath(new URL('../dist/stage-process.test-kit.js', import.meta.url));

/** Feeds one topic, runs stages in processes of their own, and judges what came out. */
export class StageHarness {
  readonly from: string;
  readonly to: string;
  readonly sent: SentRecord[] = [];
  readonly #processes: ChildProcess[] = [];
  #next = 0;

  private constructor(
    readonly broker: TestBroker,
    readonly cluster: Cluster,
    readonly name: string,
    readonly keys: number,
  ) {
    this.from = `${name}.in`;
    this.to = `${name}.out`;
  }

  static async open(broker: TestBroker, name: string, keys = 16): Promise<StageHarness> {
    const harness = new StageHarness(broker, await broker.admin(), name, keys);
    await broker.topics(4, harness.from, harness.to);
    return harness;
  }

  /** Sends the next records of every key. */
  async feed(perKey: number): Promise<void> {
    const producer = this.cluster.producers.producer({ idempotent: true, createPartitioner: partitioner });
    await producer.connect();
    const messages = [];
    for (const end = this.#next + perKey; this.#next < end; this.#next++)
      for (let key = 0; key < this.keys; key++) {
        messages.push(sampleMessage(this.from, key, this.#next));
        this.sent.push({
          id: recordId(key, this.#next),
          key: String(key),
          sequence: this.#next,
          outcome: 'acknowledged',
        });
      }
    for (const chunk of chunks(messages))
      await producer.send({ topic: this.from, messages: chunk, acks: -1 });
    await producer.disconnect();
  }

  /** Starts a stage in a process of its own; resolves when its lanes are open or it has died. */
  async spawn(setup: Partial<StageProcessSetup> = {}): Promise<ChildProcess> {
    const whole: StageProcessSetup = {
      broker: this.broker.address,
      tls: await this.broker.credentials(this.cluster.identity),
      stage: this.name,
      from: this.from,
      to: this.to,
      lanes: 2,
      workMs: 0,
      ...setup,
    };
    const child = fork(PROGRAM, {
      env: { PATH: process.env['PATH'], STAGE_PROCESS: JSON.stringify(whole) },
      // Not the test runner's conditions: the process runs what was built.
      execArgv: [],
    });
    this.#processes.push(child);
    await Promise.race([once(child, 'message'), once(child, 'exit')]);
    if (child.exitCode !== null) throw new Error(`the stage ended with ${child.exitCode}`);
    return child;
  }

  /** What the output topic holds, committed records only. */
  async seen(): Promise<readonly SeenRecord[]> {
    return (await readTopic(this.cluster, this.to)).map(({ partition, message }) => ({
      id: message.value ? EVENT_TYPES.received.decode(message.value).eventId : '',
      topic: this.to,
      partition,
      offset: BigInt(message.offset),
    }));
  }

  /** Waits until as many records as were sent are there, gives stray ones a moment to show, and judges. */
  async verdict(withinMs = 60_000): Promise<Verdict> {
    const deadline = Date.now() + withinMs;
    while ((await this.seen()).length < this.sent.length && Date.now() < deadline) await sleep(250);
    await sleep(500);
    return judge(this.sent, await this.seen());
  }

  /** Ends every process that was started here. */
  async close(): Promise<void> {
    for (const child of this.#processes) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const ended = once(child, 'exit');
      child.kill('SIGCONT');
      child.kill('SIGKILL');
      await ended;
    }
  }
}
