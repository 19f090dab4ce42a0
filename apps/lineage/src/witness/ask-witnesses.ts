import type { Logger } from '@bailiwick/platform';
import {
  TLOG_SIZE_TYPE,
  addCosignatures,
  formatAddCheckpoint,
  proveConsistency,
  type TileReader,
} from '@bailiwick/tlog';
import { cosignatures } from '../log/log-metrics.js';
import type { AskedWitness } from './asked-witness.js';

/** How long a witness may take: the log is published without one that is away. */
const PATIENCE_MS = 1500;
/** Longest answer that is read, in characters. */
const MOST_READ = 16 * 1024;

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** Has the checkpoints of this cell's log cosigned by witnesses. */
export class Witnesses {
  /** Size that each witness cosigned last. */
  readonly #sizes = new Map<string, number>();
  readonly #away = new Set<string>();

  constructor(
    private readonly witnesses: readonly AskedWitness[],
    private readonly read: TileReader,
    private readonly logger: Logger,
  ) {}

  /** The note with the cosignatures of those who answered in time. Never rejects. */
  async cosign(note: string, size: number): Promise<string> {
    const bodies = await Promise.all(this.witnesses.map((witness) => this.#ask(witness, note, size)));
    const keys = this.witnesses.map(({ key }) => key);
    return bodies.reduce((cosigned: string, body) => {
      const more = addCosignatures(cosigned, body, keys);
      return more.ok ? more.value : cosigned;
    }, note);
  }

  async #ask(witness: AskedWitness, note: string, size: number): Promise<string> {
    const { name } = witness;
    try {
      let answer = await this.#send(witness, note, this.#sizes.get(name) ?? 0, size);
      // It cosigned more than this process knows, or less, after a restart of either.
      if (answer.status === 409 && answer.type.startsWith(TLOG_SIZE_TYPE))
        answer = await this.#send(witness, note, Math.min(size, Number(answer.body.trim())), size);
      if (answer.status !== 200) throw new Error(`HTTP ${answer.status}: ${answer.body.trim()}`);
      this.#sizes.set(name, size);
      this.#away.delete(name);
      cosignatures.inc({ witness: name, outcome: 'cosigned' });
      return answer.body;
    } catch (error) {
      if (!this.#away.has(name))
        this.logger.warn('a witness did not cosign the log', { reason: name, error });
      this.#away.add(name);
      cosignatures.inc({ witness: name, outcome: 'none' });
      return '';
    }
  }

  async #send({ url }: AskedWitness, note: string, oldSize: number, size: number): Promise<Answer> {
    const proof = await proveConsistency(this.read, oldSize, size);
    const response = await fetch(`${url}/add-checkpoint`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: formatAddCheckpoint({ oldSize, proof, note }),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const body = (await response.text()).slice(0, MOST_READ);
    return { status: response.status, type: response.headers.get('content-type') ?? '', body };
  }
}
