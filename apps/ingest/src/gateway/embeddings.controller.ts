import { EmbeddingAnswer, embeddingFields, embeddingList, type EmbeddingRequest } from '@bailiwick/chat';
import { EMBEDDING_OBJECT } from '@bailiwick/domain';
import { Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { RequestProducers } from '../http/request-producers.js';
import { ask, type Form } from './ask.js';
import { Gateway } from './gateway.js';
import { readEmbedding } from './read-question.js';

/** Route of OpenAI's embeddings. */
export const EMBEDDINGS = '/v1/embeddings';

const FORM: Form<EmbeddingRequest, EmbeddingAnswer> = {
  route: EMBEDDINGS,
  read: readEmbedding,
  asked: (request) => ({
    model: request.model,
    object: EMBEDDING_OBJECT,
    fields: embeddingFields(request),
    choices: 1,
    about: request.user,
  }),
  answer: EmbeddingAnswer,
};

/**
 * Gives vectors of texts as OpenAI's interface does. They are vectors of the minimised texts: names are pseudonyms, the same ones in every
 * text of a tenant. https://platform.openai.com/docs/api-reference/embeddings/create
 */
@Controller()
export class EmbeddingsController {
  constructor(
    readonly gateway: Gateway,
    readonly producers: RequestProducers,
  ) {}

  @Post(EMBEDDINGS)
  @HttpCode(200)
  async take(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { asked, answered } = await ask(this, FORM, request, reply);
    void reply.send(embeddingList(answered.frame, answered.answer, asked));
  }
}
