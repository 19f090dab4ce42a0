import { Readable } from 'node:stream';
import { ChatAnswer, chatOfResponse, response, responseEvents, type ResponseRequest } from '@bailiwick/chat';
import { Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { RequestProducers } from '../http/request-producers.js';
import { ask, type Form } from './ask.js';
import { EVENT_STREAM, askedInChat } from './chat.controller.js';
import { Gateway } from './gateway.js';
import { readResponse } from './read-question.js';

/** Route of OpenAI's responses. */
export const RESPONSES = '/v1/responses';

const FORM: Form<ResponseRequest, ChatAnswer> = {
  route: RESPONSES,
  read: readResponse,
  asked: (request) => askedInChat(chatOfResponse(request)),
  answer: ChatAnswer,
};

/** Answers the same questions in OpenAI's newer form. https://platform.openai.com/docs/api-reference/responses/create */
@Controller()
export class ResponsesController {
  constructor(
    readonly gateway: Gateway,
    readonly producers: RequestProducers,
  ) {}

  /** Whole, or with `stream: true` in events once it is whole. */
  @Post(RESPONSES)
  @HttpCode(200)
  async take(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { asked, answered } = await ask(this, FORM, request, reply);
    const { frame, answer } = answered;
    if (asked.stream === true)
      void reply.type(EVENT_STREAM).send(Readable.from(responseEvents(frame, answer, asked)));
    else void reply.send(response(frame, answer, asked));
  }
}
