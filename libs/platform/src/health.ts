/** One thing that must be well for the service to be ready. */
export interface HealthCheck {
  /** Short name, for example `kafka` or `control`. */
  readonly name: string;
  /** `null` when well, otherwise a sentence that says what is wrong. */
  readonly problem: () => string | null;
}

/** What a probe sees. */
export interface HealthReport {
  readonly ready: boolean;
  readonly checks: Readonly<Record<string, string>>;
}

/** Readiness of a process: the conjunction of its checks. Liveness is that the process answers at all. */
export class HealthRegistry {
  readonly #checks: HealthCheck[] = [];
  #draining = false;

  add(check: HealthCheck): void {
    this.#checks.push(check);
  }

  /** From now on not ready: the process is going down. */
  drain(): void {
    this.#draining = true;
  }

  report(): HealthReport {
    const checks: Record<string, string> = {};
    let ready = !this.#draining;
    if (this.#draining) checks['process'] = 'draining';
    for (const check of this.#checks) {
      const problem = check.problem();
      checks[check.name] = problem ?? 'ok';
      if (problem !== null) ready = false;
    }
    return { ready, checks };
  }
}
