/** A CRM is asked again after this long at the latest, whatever it said: somebody may have given it more. */
const LONGEST_MS = 3_600_000;

/**
 * Which CRMs have asked to be left alone, and until when, by connection and tenant: a quota belongs to one tenant's CRM. While a pause
 * lasts, the CRM hears nothing. In memory only: after a start each CRM is asked once.
 */
export class CrmPauses {
  readonly #until = new Map<string, number>();

  constructor(private readonly now: () => number = Date.now) {}

  /** For how long the CRM still wants to be left alone, in milliseconds; 0 when it may be asked. */
  left(connection: string, tenant: string): number {
    const key = keyOf(connection, tenant);
    const left = (this.#until.get(key) ?? 0) - this.now();
    if (left > 0) return left;
    this.#until.delete(key);
    return 0;
  }

  /** The CRM asked to be left alone; the longer of two pauses holds. */
  pause(connection: string, tenant: string, forMs: number): void {
    const key = keyOf(connection, tenant);
    const until = this.now() + Math.min(LONGEST_MS, forMs);
    this.#until.set(key, Math.max(until, this.#until.get(key) ?? 0));
  }
}

const keyOf = (connection: string, tenant: string): string => `${connection}/${tenant}`;
