import { GenericContainer, Wait, type StartedTestContainer } from 'testcontainers';
import { JAEGER_VERSION, type JaegerPorts } from '../parts/jaeger.js';

/** Starts Jaeger as a container with its traces in memory. */
export function jaegerContainer(ports: JaegerPorts): Promise<StartedTestContainer> {
  return new GenericContainer(`jaegertracing/jaeger:${JAEGER_VERSION}`)
    .withExposedPorts(
      { container: 16686, host: ports.query },
      { container: 16685, host: ports.queryGrpc },
      { container: 4318, host: ports.otlpHttp },
      { container: 4317, host: ports.otlpGrpc },
    )
    .withWaitStrategy(Wait.forHttp('/api/services', 16686))
    .start();
}
