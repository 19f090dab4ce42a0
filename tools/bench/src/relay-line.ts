import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { toHeaders } from '@bailiwick/contracts';
import type { Cluster } from '@bailiwick/kafka';
import { Partitioners, type Consumer, type Producer } from 'kafkajs';
import { RECORD_BYTES } from './relay-setup.js';

/** Both ends of the relay: sends records into the first topic and takes them from the last. */
export class Line {
  #arrived = 0;
  #sent = 0;
  #latencies: number[] = [];
  #onArrival: () => void = () => undefined;
  #waiting: { count: number; resolve: () => void } | null = null;

  private constructor(
    private readonly producer: Producer,
    private readonly consumer: Consumer,
    private readonly topic: string,
  ) {}

  static async open(cluster: Cluster, first: string, last: string): Promise<Line> {
    const producer = cluster.producers.producer({ createPartitioner: Partitioners.DefaultPartitioner });
    const consumer = cluster.consumers.consumer({
      groupId: cluster.name(`end-${last}`),
      maxWaitTimeInMs: 100,
      minBytes: 1,
    });
    const line = new Line(producer, consumer, first);
    await producer.connect();
    await consumer.connect();
    await consumer.subscribe({ topics: [last], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatch: ({ batch }) => {
        const now = Date.now();
        for (const { value } of batch.messages) line.#take(now - (value?.readDoubleBE(0) ?? 0));
        return Promise.resolve();
      },
    });
    return line;
  }

  /** Sends records as fast as it goes; seconds from the first sent to the last arrived. */
  async flood(count: number): Promise<number> {
    const all = this.#until(this.#sent + count);
    const started = performance.now();
    for (let sent = 0; sent < count; sent += 500) await this.#send(Math.min(500, count - sent));
    await all;
    return (performance.now() - started) / 1000;
  }

  /** Sends at a steady rate; latencies in milliseconds without those of the first two seconds. */
  async drip(rate: number, seconds: number): Promise<readonly number[]> {
    this.#latencies = [];
    const started = performance.now();
    const total = rate * seconds;
    const all = this.#until(this.#sent + total);
    const sends: Promise<void>[] = [];
    for (let sent = 0; sent < total;) {
      const due = Math.min(total, Math.floor(((performance.now() - started) / 1000) * rate));
      if (due > sent) sends.push(this.#send(due - sent));
      sent = Math.max(sent, due);
      await sleep(2);
    }
    await Promise.all(sends);
    await all;
    return this.#latencies.slice(rate * 2);
  }

  /** Keeps so many records on their way, each sent when another arrives; latencies in milliseconds after a quarter of the time. */
  async keep(concurrent: number, seconds: number): Promise<readonly number[]> {
    const until = Date.now() + seconds * 1000;
    const { promise: all, resolve } = Promise.withResolvers<void>();
    let ended = 0;
    this.#onArrival = () => {
      if (Date.now() < until) void this.#send(1);
      else if (++ended === concurrent) resolve();
    };
    await this.#send(concurrent);
    const warm = setTimeout(() => (this.#latencies = []), (seconds * 1000) / 4);
    await all.finally(() => {
      clearTimeout(warm);
      this.#onArrival = () => undefined;
    });
    return this.#latencies;
  }

  async close(): Promise<void> {
    await Promise.all([this.producer.disconnect(), this.consumer.disconnect()]);
  }

  async #send(count: number): Promise<void> {
    const now = Date.now();
    const messages = Array.from({ length: count }, () => sample(this.#sent++, now));
    await this.producer.send({ topic: this.topic, acks: -1, messages });
  }

  #take(latency: number): void {
    this.#arrived++;
    this.#latencies.push(latency);
    this.#onArrival();
    if (this.#waiting && this.#arrived >= this.#waiting.count) this.#waiting.resolve();
  }

  #until(count: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting = { count, resolve };
    return promise;
  }
}

const VALUE = randomBytes(RECORD_BYTES);

/** A record with the headers of a real one; its value begins with the time of sending. */
function sample(n: number, now: number): { key: string; value: Buffer; headers: Record<string, string> } {
  const value = Buffer.from(VALUE);
  value.writeDoubleBE(now, 0);
  const subject = `s${n % 997}`;
  const headers = toHeaders({
    id: `evt-${n}`,
    type: 'bailiwick.bench.record.v1',
    source: 'spiffe://bench',
    subject,
    time: now,
    contentType: 'application/protobuf',
    tenant: 'atlas',
    purpose: 'triage',
    classification: 'Internal',
    traceparent: null,
  });
  return { key: `atlas.${subject}`, value, headers };
}
