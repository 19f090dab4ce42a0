import { BailiwickError } from '@bailiwick/platform';

/** A CRM is asked again after this long at the latest, whatever it said: somebody may have given it more. */
const LONGEST_MS = 3_600_000;

/**
 * Which CRMs have asked to be left alone, and until when, by connection and tenant: a quota belongs to one tenant's CRM. The
 * partition backs off as long as one of its records meets a pause, and the CRM hears nothing of it. In memory only: after a start each
 * CRM is asked once.
 */
export class CrmPauses {
  readonly #until = new Map<string, number>();

  constructor(private readonly now: () => number = Date.now) {}

  /** Throws `crm-unavailable` while the CRM wants to be left alone. */
  require(connection: string, tenant: string): void {
    const key = keyOf(connection, tenant);
    const left = (this.#until.get(key) ?? 0) - this.now();
    if (left > 0)
      throw new BailiwickError(
        'crm-unavailable',
        `the CRM asked to be left alone; it is asked again in ${Math.ceil(left / 1000)} s`,
      );
    this.#until.delete(key);
  }

  /** The CRM asked to be left alone; the longer of two pauses holds. */
  pause(connection: string, tenant: string, forMs: number): void {
    const key = keyOf(connection, tenant);
    const until = this.now() + Math.min(LONGEST_MS, forMs);
    this.#until.set(key, Math.max(until, this.#until.get(key) ?? 0));
  }
}

const keyOf = (connection: string, tenant: string): string => `${connection}/${tenant}`;
