import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

/** The process's metrics, served at `/metrics` in the Prometheus text format. */
export const metrics = new Registry();
collectDefaultMetrics({ register: metrics });

/** Latency buckets in seconds, from one millisecond to a minute. */
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** Declares a counter; labels must be bounded (no tenant, no event). */
export const counter = <L extends string>(name: string, help: string, labelNames: readonly L[]): Counter<L> =>
  new Counter({ name, help, labelNames: [...labelNames], registers: [metrics] });

/** Declares a gauge. */
export const gauge = <L extends string>(name: string, help: string, labelNames: readonly L[]): Gauge<L> =>
  new Gauge({ name, help, labelNames: [...labelNames], registers: [metrics] });

/** Declares a histogram of seconds. */
export const histogram = <L extends string>(
  name: string,
  help: string,
  labelNames: readonly L[],
  buckets = SECONDS,
): Histogram<L> => new Histogram({ name, help, labelNames: [...labelNames], registers: [metrics], buckets });
