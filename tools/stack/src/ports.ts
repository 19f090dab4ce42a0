import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';

/** Above what the stack prefers by itself. */
const LOWEST = 20_000;
/** Fewer would soon be given twice: then the kernel chooses. */
const ENOUGH = 1_000;
const TRIES = 100;

/** Tells whether a port of this machine can be listened on right now. 0 stands for any. */
async function listenOn(port: number): Promise<number | null> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(null));
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => {
      const address = server.address();
      const taken = typeof address === 'object' && address !== null ? address.port : null;
      server.close(() => resolve(taken));
    });
  });
}

/**
 * A port to try when any will do. It is below those that the kernel gives to outgoing connections and to whoever asks
 * for any: a broker listens seconds after its port was chosen, and thousands of connections are made meanwhile.
 * https://www.kernel.org/doc/html/latest/networking/ip-sysctl.html (ip_local_port_range)
 */
function anyPort(): number {
  const end = firstEphemeralPort();
  return end - LOWEST < ENOUGH ? 0 : randomInt(LOWEST, end);
}

function firstEphemeralPort(): number {
  try {
    return Number.parseInt(readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8'), 10);
  } catch {
    return 0;
  }
}

/**
 * Gives out ports of 127.0.0.1: the preferred one while it is free, another otherwise, and never the same twice.
 * Between the look and the use a stranger may still take a port; the process that wanted it then says so.
 */
export class Ports {
  private readonly given = new Set<number>();

  /** `moved` hears of every port that was not the preferred one. */
  constructor(
    private readonly moved: (purpose: string, preferred: number, instead: number) => void = () => undefined,
  ) {}

  /** A free port for a purpose. A preferred port of 0 means any, and none is reported as moved. */
  async claim(purpose: string, preferred: number): Promise<number> {
    if (preferred !== 0 && !this.given.has(preferred) && (await listenOn(preferred)) !== null) {
      this.given.add(preferred);
      return preferred;
    }
    for (let tries = 0; ; tries++) {
      const port = await listenOn(tries < TRIES ? anyPort() : 0);
      if (port === null && tries > TRIES) throw new Error('no port of 127.0.0.1 is free');
      if (port === null || this.given.has(port)) continue;
      this.given.add(port);
      if (preferred !== 0) this.moved(purpose, preferred, port);
      return port;
    }
  }
}
