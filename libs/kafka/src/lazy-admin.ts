import type { Admin } from 'kafkajs';
import type { Cluster } from './cluster.js';

/** An admin client that connects when it is first needed, and again after a connection that failed. */
export class LazyAdmin {
  #admin: Promise<Admin> | null = null;

  constructor(private readonly cluster: Cluster) {}

  /** The connected client. */
  connected(): Promise<Admin> {
    this.#admin ??= this.#connect();
    return this.#admin;
  }

  async close(): Promise<void> {
    const admin = await this.#admin?.catch(() => null);
    await admin?.disconnect().catch(() => undefined);
    this.#admin = null;
  }

  async #connect(): Promise<Admin> {
    const admin = this.cluster.admin();
    try {
      await admin.connect();
      return admin;
    } catch (thrown) {
      this.#admin = null;
      throw thrown;
    }
  }
}
