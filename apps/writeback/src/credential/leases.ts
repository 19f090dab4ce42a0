import type { Lease, LeaseSource, Loan } from '@bailiwick/crm';
import { connectionKey, type CredentialStanding } from '@bailiwick/domain';
import type { ControlReader } from '@bailiwick/kafka';
import { BailiwickError, histogram } from '@bailiwick/platform';

/** A lease is not used for this long before its end: a write that begins with it must be able to end with it. */
const MARGIN_MS = 15_000;

/** Duration of borrowing a credential, by whether it was lent. */
const BORROW_SECONDS = histogram(
  'bailiwick_credential_borrow_seconds',
  'Duration of borrowing a CRM credential',
  ['outcome'],
);

/** What is needed of the control topics. */
export type StandingReader = Pick<ControlReader, 'get' | 'unreadable' | 'onChange'>;

/** For what a lease is held: the loan, and the connection that it opens. */
export interface Held extends Loan {
  readonly connection: string;
}

interface Entry {
  readonly held: Held;
  readonly lease: Promise<Lease>;
  /** Milliseconds since the epoch; unknown while it is being borrowed. */
  until: number;
  mintedAt: number;
}

/**
 * CRM credentials of this process, in memory only. One is borrowed when a write needs it, and again when it has expired, when
 * the CRM takes it no more, or when the control topics say that it has ended; writes of one purpose and object share it.
 */
export class Leases {
  readonly #entries = new Map<string, Entry>();

  constructor(
    private readonly source: Pick<LeaseSource, 'borrow'>,
    private readonly control: StandingReader,
    private readonly now: () => number = Date.now,
  ) {
    control.onChange(() => this.#forget());
  }

  /** Leases that are held, for tests of what is in memory. */
  get size(): number {
    return this.#entries.size;
  }

  /**
   * A lease that holds. `receipt` is the decision on the record that waits. Throws `credential-revoked` while the connection
   * is revoked, and what borrowing throws.
   */
  async lease(held: Held, receipt: string): Promise<Lease> {
    this.#forget();
    this.#requireStanding(held);
    const key = JSON.stringify(held);
    const entry = this.#entries.get(key) ?? this.#borrow(key, held, receipt);
    const lease = await entry.lease;
    const standing = this.#requireStanding(held);
    if (lease.mintedAt < endOf(standing)) {
      this.drop(held, lease);
      throw new BailiwickError('credential-unavailable', 'the credential ended while it was being borrowed');
    }
    return lease;
  }

  /** Forgets a lease that the CRM takes no more; a newer one stays. */
  drop(held: Held, { mintedAt }: Lease): void {
    const key = JSON.stringify(held);
    if (this.#entries.get(key)?.mintedAt === mintedAt) this.#entries.delete(key);
  }

  #borrow(key: string, { connection, ...loan }: Held, receipt: string): Entry {
    const started = this.now();
    const observe = (outcome: string): void =>
      BORROW_SECONDS.observe({ outcome }, (this.now() - started) / 1000);
    const entry: Entry = {
      held: { connection, ...loan },
      until: Infinity,
      mintedAt: Infinity,
      lease: this.source.borrow(loan, receipt).then(
        (lease) => {
          observe('lent');
          const { lifetimeMs } = lease;
          // By this clock, from before it was asked for: the clocks of two machines differ.
          entry.until = started + lifetimeMs - Math.min(MARGIN_MS, lifetimeMs / 2);
          entry.mintedAt = lease.mintedAt;
          return lease;
        },
        (thrown: unknown) => {
          observe('refused');
          if (this.#entries.get(key) === entry) this.#entries.delete(key);
          throw thrown;
        },
      ),
    };
    this.#entries.set(key, entry);
    return entry;
  }

  /** Lets go of what has expired or ended. */
  #forget(): void {
    const now = this.now();
    for (const [key, { held, until, mintedAt }] of this.#entries) {
      const standing = this.control.get('credential', connectionKey(held.tenant, held.connection));
      if (until <= now || standing?.revoked || mintedAt < endOf(standing)) this.#entries.delete(key);
    }
  }

  #requireStanding({ tenant, connection }: Held): CredentialStanding | undefined {
    const key = connectionKey(tenant, connection);
    const standing = this.control.get('credential', key);
    // What is not understood was said of this connection, and is held for the worst.
    if (standing?.revoked || this.control.unreadable('credential', key))
      throw new BailiwickError(
        'credential-revoked',
        `The connection ${connection} was revoked; once security has restored it, release the record.`,
      );
    return standing;
  }
}

const endOf = (standing: CredentialStanding | undefined): number =>
  standing ? Date.parse(standing.endedBefore) : 0;
