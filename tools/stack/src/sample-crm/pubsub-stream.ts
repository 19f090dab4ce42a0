import type { EventBus, Place, StoredEvent } from './pubsub-bus.js';

/** Where a stream of events goes, and what it asks before each answer. */
export interface StreamPort {
  /** Sends an answer: some events, or none to say that the stream lives. */
  readonly send: (events: readonly StoredEvent[], latest: Buffer, pending: number) => void;
  /** Whether so many events may be sent now; the port has ended the stream when not. */
  readonly mayTake: (count: number) => boolean;
  /** Events that the next answer may have at most. */
  readonly most: () => number;
}

/** One subscriber's stream: sends what it has asked for and no more, and says now and then that it lives. */
export class EventStream {
  #asked = 0;
  #timer: NodeJS.Timeout;
  readonly #onPublished: (org: string, topic: string) => void;

  constructor(
    private readonly bus: EventBus,
    private readonly org: string,
    private readonly topic: string,
    private place: Place,
    private readonly port: StreamPort,
    keepaliveMs: number,
  ) {
    this.#onPublished = (publishedBy, to) => {
      if (publishedBy === org && to === topic) this.#pump();
    };
    bus.on('published', this.#onPublished);
    this.#timer = setInterval(() => this.#live(), keepaliveMs);
  }

  /** The subscriber wants so many more. */
  ask(count: number): void {
    this.#asked += count;
    this.#pump();
  }

  /** Events that it may still be sent. */
  get pending(): number {
    return this.#asked;
  }

  end(): void {
    clearInterval(this.#timer);
    this.bus.off('published', this.#onPublished);
  }

  #pump(): void {
    while (this.#asked > 0) {
      const most = Math.min(this.#asked, this.port.most());
      const { events, place } = this.bus.after(this.org, this.topic, this.place, most);
      const last = events.at(-1);
      if (!last || !this.port.mayTake(events.length)) return;
      this.place = place;
      this.#asked -= events.length;
      this.#timer.refresh();
      this.port.send(events, last.replayId, this.#asked);
    }
  }

  #live(): void {
    if (!this.port.mayTake(0)) return;
    const { events } = this.bus.after(this.org, this.topic, this.place, 1);
    // With nothing left of this topic the newest place of all is as good, and it does not grow old.
    if (events.length === 0) this.place = this.bus.newest();
    this.port.send([], this.bus.replayId(this.org, this.topic, this.place), this.#asked);
  }
}
