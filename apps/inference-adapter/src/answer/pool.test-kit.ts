import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';

/** What a pool of a test was asked. */
export interface Asked {
  readonly traceparent: string | undefined;
  readonly body: PoolQuestion;
}

const PoolQuestion = z.object({
  model: z.string(),
  temperature: z.number().optional(),
  max_tokens: z.number(),
  messages: z.array(z.object({ role: z.string(), content: z.string() })),
  response_format: z.object({ type: z.string(), json_schema: z.object({ schema: z.unknown() }) }).optional(),
});
type PoolQuestion = z.infer<typeof PoolQuestion>;

/** What it does: answers with a text, with a status, with any bytes, or never. */
export type Reaction =
  | { readonly content: string }
  | { readonly status: number; readonly body?: string }
  | { readonly silent: true }
  | { readonly destroy: true };

/** A small pool: real HTTPS with client certificates, no model. */
export class TestPool {
  readonly asked: Asked[] = [];
  /** Questions that it never answered and that were given up. */
  givenUp = 0;
  react: (question: PoolQuestion) => Reaction = () => ({ status: 500 });
  /** Its answers to questions about itself, by path; any other is not found. */
  pages: Readonly<Record<string, { readonly status?: number; readonly body: string }>> = {};

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async start(tls: { cert: string; key: string; ca: string }): Promise<TestPool> {
    const server = createServer({ ...tls, requestCert: true, rejectUnauthorized: true });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const pool = new TestPool(server, `https://127.0.0.1:${(server.address() as AddressInfo).port}`);
    server.on('request', (request, response) => {
      if (request.method === 'GET') {
        const page = pool.pages[request.url ?? ''];
        return void response.writeHead(page?.status ?? (page ? 200 : 404)).end(page?.body);
      }
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = PoolQuestion.parse(JSON.parse(Buffer.concat(chunks).toString('utf8')));
        pool.asked.push({ traceparent: request.headers['traceparent'] as string | undefined, body });
        const reaction = pool.react(body);
        if ('silent' in reaction) return void response.once('close', () => pool.givenUp++);
        if ('destroy' in reaction) return void request.socket.destroy();
        if ('status' in reaction) return void response.writeHead(reaction.status).end(reaction.body ?? '');
        const choices = [
          { message: { role: 'assistant', content: reaction.content }, finish_reason: 'stop' },
        ];
        const usage = { prompt_tokens: 40, completion_tokens: 20 };
        response
          .writeHead(200, { 'content-type': 'application/json' })
          .end(JSON.stringify({ choices, usage }));
      });
    });
    return pool;
  }

  /** Everything that the pool was ever asked, as text. */
  get seen(): string {
    return JSON.stringify(this.asked);
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}
