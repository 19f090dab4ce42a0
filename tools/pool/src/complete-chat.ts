import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Admission } from './admission.js';
import { type ChatRequest, parseChatRequest } from './chat-request.js';
import { CompletionResponse } from './completion-response.js';
import { checkServed, type AnswerEvent, type Engine, type Usage } from './engine.js';
import { readCall } from './function-call.js';
import { readBody } from './read-body.js';

/** What the log may say about a request. */
export interface CompletionFacts {
  model?: string;
  queuedMs?: number;
  usage?: Usage;
}

/** `POST /v1/chat/completions`. Fills in the facts as they become known, so that failures are logged with them. */
export async function completeChat(
  engine: Engine,
  admission: Admission,
  request: IncomingMessage,
  response: ServerResponse,
  signal: AbortSignal,
  facts: CompletionFacts,
): Promise<void> {
  const chat = parseChatRequest(await readBody(request));
  checkServed(engine, chat.model);
  facts.model = chat.model;
  const arrived = performance.now();
  using _place = await admission.enter(signal);
  facts.queuedMs = Math.round(performance.now() - arrived);
  const answer = engine.answer(chat, signal);
  const form = new CompletionResponse(`chatcmpl-${randomUUID()}`, chat.model);
  if (chat.functions.length > 0) await sendCall(answer, chat, form, response, facts);
  else if (chat.stream) await streamAnswer(answer, chat, form, response, facts);
  else await sendAnswer(answer, form, response, facts);
}

/** A call is read when it is whole; a stream tells it in one piece. */
async function sendCall(
  answer: AsyncIterable<AnswerEvent>,
  { functions, stream, streamUsage }: ChatRequest,
  form: CompletionResponse,
  response: ServerResponse,
  facts: CompletionFacts,
): Promise<void> {
  let text = '';
  for await (const event of answer) {
    if (event.kind === 'text') {
      text += event.text;
      continue;
    }
    const { usage } = event;
    facts.usage = usage;
    const call = readCall(functions, text);
    const calls = call ? [{ id: `call_${randomUUID().replaceAll('-', '').slice(0, 24)}`, call }] : [];
    const finish = call ? 'tool_calls' : 'length';
    if (stream) {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
      for (const data of [form.calls(calls), form.end(finish), ...(streamUsage ? [form.usage(usage)] : [])])
        response.write(`data: ${data}\n\n`);
      response.end('data: [DONE]\n\n');
    } else {
      response.setHeader('content-type', 'application/json');
      response.end(form.whole(null, finish, usage, calls));
    }
  }
}

async function sendAnswer(
  answer: AsyncIterable<AnswerEvent>,
  form: CompletionResponse,
  response: ServerResponse,
  facts: CompletionFacts,
): Promise<void> {
  let content = '';
  for await (const event of answer) {
    if (event.kind === 'text') {
      content += event.text;
    } else {
      facts.usage = event.usage;
      response.setHeader('content-type', 'application/json');
      response.end(form.whole(content, event.finishReason, event.usage));
    }
  }
}

/** Server-sent events. The head goes out with the first piece, so that an earlier failure keeps its status. */
async function streamAnswer(
  answer: AsyncIterable<AnswerEvent>,
  chat: ChatRequest,
  form: CompletionResponse,
  response: ServerResponse,
  facts: CompletionFacts,
): Promise<void> {
  const send = (data: string): boolean => response.write(`data: ${data}\n\n`);
  for await (const event of answer) {
    if (!response.headersSent) {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
      send(form.piece({ role: 'assistant', content: '' }));
    }
    if (event.kind === 'text') {
      send(form.piece({ content: event.text }));
    } else {
      facts.usage = event.usage;
      send(form.end(event.finishReason));
      if (chat.streamUsage) send(form.usage(event.usage));
      response.end('data: [DONE]\n\n');
    }
  }
}
