import type { Server } from '@grpc/grpc-js';
import type { HealthRegistry } from '@bailiwick/platform';
import { HealthImplementation } from 'grpc-health-check';

/** How often watchers hear of a change, in milliseconds. */
const EVERY_MS = 500;

/**
 * Serves `grpc.health.v1.Health` from the process's own readiness, for the whole server (the empty name) and each
 * of its services alike. https://github.com/grpc/grpc/blob/master/doc/health-checking.md
 */
export class HealthBridge {
  readonly #service: HealthImplementation;
  readonly #timer: NodeJS.Timeout;

  constructor(
    server: Server,
    private readonly health: HealthRegistry,
    private readonly names: readonly string[],
  ) {
    this.#service = new HealthImplementation();
    this.#update();
    this.#service.addToServer(server);
    this.#timer = setInterval(() => this.#update(), EVERY_MS).unref();
  }

  /** Says once more what is so, and nothing from then on. */
  stop(): void {
    clearInterval(this.#timer);
    this.#update();
  }

  #update(): void {
    const status = this.health.report().ready ? 'SERVING' : 'NOT_SERVING';
    for (const name of ['', ...this.names]) this.#service.setStatus(name, status);
  }
}
