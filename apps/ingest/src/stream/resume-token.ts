import { createHash } from 'node:crypto';
import { BailiwickError } from '@bailiwick/platform';
import type { Producer } from '../authorise/producer.js';

/** Metadata key in which a producer that comes back shows its token. */
export const RESUME = 'bailiwick-resume';

const TOKEN = /^([A-Za-z0-9_-]{11})\.(0|[1-9][0-9]{0,19})$/;

type Client = Pick<Producer, 'id' | 'tenant'>;

/**
 * A token that stands for all records of a client up to a sequence. It is the client's own memory and no right: what it says is believed, and
 * records that are sent again are known by their ids. The mark is there so that nobody goes on by another client's token by mistake.
 */
export const resumeToken = (client: Client, sequence: bigint): string => `${markOf(client)}.${sequence}`;

/** The sequence after which a producer goes on. Throws `event-invalid` for what is no token of this client. */
export function readResumeToken(client: Client, token: string): bigint {
  const [, mark, sequence] = TOKEN.exec(token) ?? [];
  if (sequence === undefined)
    throw new BailiwickError('event-invalid', `metadata ${RESUME} holds no resume token`);
  if (mark !== markOf(client))
    throw new BailiwickError('event-invalid', "the resume token is another client's");
  return BigInt(sequence);
}

const markOf = ({ id, tenant }: Client): string =>
  createHash('sha256')
    .update(JSON.stringify([tenant, id]))
    .digest('base64url')
    .slice(0, 11);

interface Sent {
  readonly sequence: bigint;
  answered: boolean;
}

/** Records in the order in which they were sent, and up to where all of them are answered. */
export class AnsweredPrefix {
  readonly #open = new Map<number, Sent>();
  #read = 0;
  #first = 0;
  #last: bigint | null = null;

  constructor(
    private readonly client: Client,
    last: bigint | null = null,
  ) {
    this.#last = last;
  }

  /** A record was read; what is given back says that it was answered. */
  sent(sequence: bigint): () => void {
    const sent: Sent = { sequence, answered: false };
    this.#open.set(this.#read++, sent);
    return () => {
      sent.answered = true;
      for (let first = this.#open.get(this.#first); first?.answered; first = this.#open.get(this.#first)) {
        this.#open.delete(this.#first++);
        this.#last = first.sequence;
      }
    };
  }

  /** The token of now; empty while there is nothing that it could stand for. */
  get token(): string {
    return this.#last === null ? '' : resumeToken(this.client, this.#last);
  }
}
