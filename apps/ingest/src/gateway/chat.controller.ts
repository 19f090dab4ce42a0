import { Readable } from 'node:stream';
import { ChatAnswer, chunks, completion, questionOf, takeApart, type ChatRequest } from '@bailiwick/chat';
import { CHAT_OBJECT } from '@bailiwick/domain';
import { Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { RequestProducers } from '../http/request-producers.js';
import { ask, type Form } from './ask.js';
import { Gateway } from './gateway.js';
import type { Asked } from './question.js';
import { readChat } from './read-question.js';

/** Route of OpenAI's chats. */
export const CHAT = '/v1/chat/completions';

/** A chat as a question. */
export const askedInChat = (chat: ChatRequest): Asked => ({
  model: chat.model,
  object: CHAT_OBJECT,
  fields: takeApart(questionOf(chat)),
  choices: chat.n ?? 1,
  about: chat.safety_identifier ?? chat.user,
});

const FORM: Form<ChatRequest, ChatAnswer> = {
  route: CHAT,
  read: readChat,
  asked: askedInChat,
  answer: ChatAnswer,
};

/** Answers chats as OpenAI's interface does. https://platform.openai.com/docs/api-reference/chat/create */
@Controller()
export class ChatController {
  constructor(
    readonly gateway: Gateway,
    readonly producers: RequestProducers,
  ) {}

  /** Whole, or with `stream: true` in chunks. A stream begins when the answer is whole too: it is looked through before anybody reads it. */
  @Post(CHAT)
  @HttpCode(200)
  async take(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { asked, answered } = await ask(this, FORM, request, reply);
    const { frame, answer } = answered;
    if (asked.stream === true)
      void reply
        .type(EVENT_STREAM)
        .send(Readable.from(chunks(frame, answer, asked.stream_options?.include_usage === true)));
    else void reply.send(completion(frame, answer));
  }
}

/** Content type of server-sent events. https://html.spec.whatwg.org/multipage/server-sent-events.html */
export const EVENT_STREAM = 'text/event-stream; charset=utf-8';
