import { Catch, type ArgumentsHost, type ExceptionFilter, HttpException } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { BailiwickError } from './bailiwick-error.js';
import type { Logger } from './logger.js';
import { PROBLEM_CONTENT_TYPE, toProblem } from './problem.js';

/** Fastify's own refusals, which happen before any code of ours. https://fastify.dev/docs/latest/Reference/Errors/ */
const FASTIFY_CODES: Readonly<Record<string, () => BailiwickError>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: () =>
    new BailiwickError('body-too-large', 'the body is larger than this endpoint takes'),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: () =>
    new BailiwickError('content-type-unsupported', 'the content type is not one that this endpoint takes'),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: () =>
    new BailiwickError('event-invalid', 'the body is shorter or longer than its content-length'),
  FST_ERR_CTP_INVALID_JSON_BODY: () => new BailiwickError('body-not-json', 'the body is not JSON'),
  FST_ERR_CTP_EMPTY_JSON_BODY: () => new BailiwickError('body-not-json', 'the body is empty'),
};

function normalise(thrown: unknown): BailiwickError {
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
  const known = FASTIFY_CODES[code];
  if (known) return known();
  if (thrown instanceof HttpException) {
    if (thrown.getStatus() === 404)
      return new BailiwickError('route-unknown', 'there is nothing at this path');
    if (thrown.getStatus() === 413)
      return new BailiwickError('body-too-large', 'the body is larger than this endpoint takes');
    if (thrown.getStatus() < 500) return new BailiwickError('event-invalid', 'the request is malformed');
  }
  return BailiwickError.from(thrown);
}

/** The form in which an interface answers errors. */
export interface ErrorForm {
  readonly contentType: string;
  readonly body: (error: BailiwickError) => object;
  /** Headers beside those that every form has. */
  readonly headers: (error: BailiwickError) => Readonly<Record<string, string>>;
}

/** RFC 9457 problem details: the form of all interfaces that do not follow somebody else's. */
export const PROBLEM_FORM: ErrorForm = {
  contentType: PROBLEM_CONTENT_TYPE,
  body: toProblem,
  headers: () => ({}),
};

/** The one place where an error becomes an HTTP answer, the cause kept for the log. */
export function replyProblem(
  thrown: unknown,
  reply: FastifyReply,
  logger: Logger,
  form: ErrorForm = PROBLEM_FORM,
): void {
  const error = normalise(thrown);
  if (error.policy.http >= 500) logger.error('request failed', { error });
  if (error.policy.http === 503 || error.policy.http === 429) {
    // Seconds (RFC 9110, 10.2.3), where the error knows them.
    void reply.header('retry-after', error.extensions['retryAfter'] ?? '1');
  }
  if (error.policy.http === 401) void reply.header('www-authenticate', 'Bearer');
  void reply
    .status(error.policy.http)
    .headers(form.headers(error))
    .type(form.contentType)
    .send(JSON.stringify(form.body(error)));
}

/** Answers what controllers throw. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    private readonly logger: Logger,
    private readonly formOf: (request: FastifyRequest) => ErrorForm = () => PROBLEM_FORM,
  ) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const form = this.formOf(http.getRequest<FastifyRequest>());
    replyProblem(thrown, http.getResponse<FastifyReply>(), this.logger, form);
  }
}
