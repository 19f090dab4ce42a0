import { z } from 'zod';

const models = z.string().transform((list, context): ReadonlyMap<string, string> => {
  const entries = list.split(',').map((entry) => /^\s*([\w.-]+)=(.+?)\s*$/.exec(entry));
  const files = new Map<string, string>();
  for (const entry of entries) {
    const [, alias, file] = entry ?? [];
    if (alias === undefined || file === undefined) {
      context.addIssue({ code: 'custom', message: 'expected alias=path.gguf, separated by commas' });
    } else {
      files.set(alias, file);
    }
  }
  return files;
});

const clients = z.string().transform((list, context): ReadonlySet<string> => {
  const names = list.split(',').map((name) => name.trim());
  if (names.some((name) => !/^spiffe:\/\/[^/\s]+\/\S+$/.test(name))) {
    context.addIssue({ code: 'custom', message: 'expected SPIFFE ids (spiffe://…), separated by commas' });
  }
  return new Set(names);
});

/** The environment of a pool. */
const environment = z.object({
  /** Name of the pool, on every log line. */
  BAILIWICK_POOL: z.string().min(1),
  /** Address to listen on. */
  BAILIWICK_HTTP_HOST: z.string().min(1).default('127.0.0.1'),
  /** Port to listen on; 0 chooses a free one, told in the first log line. */
  BAILIWICK_HTTP_PORT: z.coerce.number().int().min(0).max(65535),
  /** The models it serves: `alias=path.gguf`, separated by commas. */
  BAILIWICK_POOL_MODELS: models,
  /** `llama` runs the models; `instant` answers without one, for benchmarks of everything around it. */
  BAILIWICK_POOL_ENGINE: z.enum(['llama', 'instant']).default('llama'),
  /** Answers worked on at once: sequences in a model's context. */
  BAILIWICK_POOL_SEQUENCES: z.coerce.number().int().min(1).max(32).default(4),
  /** Requests that may wait for a sequence; the next is refused with 429. */
  BAILIWICK_POOL_QUEUE: z.coerce.number().int().min(0).default(64),
  /** PEM file of the server certificate. With the next two it makes the pool HTTPS with client certificates. */
  BAILIWICK_TLS_CERT: z.string().min(1).optional(),
  /** PEM file of the server's private key. */
  BAILIWICK_TLS_KEY: z.string().min(1).optional(),
  /** PEM file of the authority that signs clients. */
  BAILIWICK_TLS_CA: z.string().min(1).optional(),
  /** SPIFFE ids of the clients that may ask for answers, separated by commas; needed with TLS. */
  BAILIWICK_POOL_ALLOWED_CLIENTS: clients.optional(),
});

/** Identity of the server and of those it serves. */
export interface TlsConfig {
  readonly certFile: string;
  readonly keyFile: string;
  readonly caFile: string;
  readonly allowedClients: ReadonlySet<string>;
}

/** What a pool needs to know to start. */
export interface PoolConfig {
  readonly pool: string;
  readonly host: string;
  readonly port: number;
  readonly models: ReadonlyMap<string, string>;
  readonly engine: 'llama' | 'instant';
  readonly sequences: number;
  readonly queue: number;
  readonly tls: TlsConfig | undefined;
}

/** Reads the environment, or throws one error that names every wrong variable and no value. */
export function readConfig(env: NodeJS.ProcessEnv): PoolConfig {
  const parsed = environment.safeParse(env);
  if (!parsed.success) {
    const wrong = parsed.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
    throw new Error(`Wrong environment:\n${wrong.join('\n')}`);
  }
  const values = parsed.data;
  return {
    pool: values.BAILIWICK_POOL,
    host: values.BAILIWICK_HTTP_HOST,
    port: values.BAILIWICK_HTTP_PORT,
    models: values.BAILIWICK_POOL_MODELS,
    engine: values.BAILIWICK_POOL_ENGINE,
    sequences: values.BAILIWICK_POOL_SEQUENCES,
    queue: values.BAILIWICK_POOL_QUEUE,
    tls: tlsOf(values),
  };
}

/** Half a security configuration is refused: it would look protected and not be. */
function tlsOf(values: z.infer<typeof environment>): TlsConfig | undefined {
  const parts = {
    BAILIWICK_TLS_CERT: values.BAILIWICK_TLS_CERT,
    BAILIWICK_TLS_KEY: values.BAILIWICK_TLS_KEY,
    BAILIWICK_TLS_CA: values.BAILIWICK_TLS_CA,
    BAILIWICK_POOL_ALLOWED_CLIENTS: values.BAILIWICK_POOL_ALLOWED_CLIENTS,
  };
  const missing = Object.entries(parts).filter(([, value]) => value === undefined);
  if (missing.length === Object.keys(parts).length) return undefined;
  const { BAILIWICK_TLS_CERT: certFile, BAILIWICK_TLS_KEY: keyFile, BAILIWICK_TLS_CA: caFile } = parts;
  const allowedClients = parts.BAILIWICK_POOL_ALLOWED_CLIENTS;
  if (!certFile || !keyFile || !caFile || !allowedClients) {
    const names = missing.map(([name]) => `  ${name}: needed when the other TLS variables are set`);
    throw new Error(`Wrong environment:\n${names.join('\n')}`);
  }
  return { certFile, keyFile, caFile, allowedClients };
}
