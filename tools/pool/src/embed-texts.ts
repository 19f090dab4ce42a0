import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Admission } from './admission.js';
import type { CompletionFacts } from './complete-chat.js';
import { parseEmbeddingRequest } from './embedding-request.js';
import { checkServed, type Engine } from './engine.js';
import { readBody } from './read-body.js';

/** `POST /v1/embeddings`. Fills in the facts as they become known, so that failures are logged with them. */
export async function embedTexts(
  engine: Engine,
  admission: Admission,
  request: IncomingMessage,
  response: ServerResponse,
  signal: AbortSignal,
  facts: CompletionFacts,
): Promise<void> {
  const { model, texts, base64 } = parseEmbeddingRequest(await readBody(request));
  checkServed(engine, model);
  facts.model = model;
  const arrived = performance.now();
  using _place = await admission.enter(signal);
  facts.queuedMs = Math.round(performance.now() - arrived);
  const data: object[] = [];
  let promptTokens = 0;
  for (const text of texts) {
    signal.throwIfAborted();
    const { vector, tokens } = await engine.embed(model, text);
    promptTokens += tokens;
    const embedding = base64 ? Buffer.from(Float32Array.from(vector).buffer).toString('base64') : vector;
    data.push({ object: 'embedding', index: data.length, embedding });
  }
  facts.usage = { promptTokens, completionTokens: 0 };
  const usage = { prompt_tokens: promptTokens, total_tokens: promptTokens };
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ object: 'list', data, model, usage }));
}
