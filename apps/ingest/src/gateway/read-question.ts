import { ChatRequest, EmbeddingRequest, ResponseRequest } from '@bailiwick/chat';
import { readJson } from '@bailiwick/crm';
import { BailiwickError } from '@bailiwick/platform';
import type { z } from 'zod';
import { checkMembers } from '../event/record-fields.js';

/** A name that OpenAI's interface could have: it is told back, anything else could be content. */
const MEMBER = /^[a-z][a-z_]{0,39}$/;

/**
 * What a body asks, with the members that Salesforce's LLM Open Connector puts into `parameters`. One that is said twice is refused.
 * https://github.com/salesforce/einstein-platform/blob/main/api-specs/llm-open-connector/llm-open-connector.yml
 */
function withParameters(body: unknown): unknown {
  if (!isObject(body) || !isObject(body['parameters'])) return body;
  const { parameters, ...asked } = body;
  const twice = Object.keys(parameters).find((member) => Object.hasOwn(asked, member));
  if (twice !== undefined)
    throw new BailiwickError('event-invalid', 'parameters say again what the request says', {
      extensions: { param: 'parameters' },
    });
  return { ...asked, ...parameters };
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> & { parameters: object } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Reads the body of a chat. Throws `body-not-utf8`, `body-not-json`, or `event-invalid` with the member that is wrong in `param`, and never
 * what it holds.
 */
export const readChat = (body: Uint8Array): ChatRequest =>
  read(ChatRequest, withParameters(readMembers(body)));

/** Reads the body of a response, likewise. */
export const readResponse = (body: Uint8Array): ResponseRequest => read(ResponseRequest, readMembers(body));

/** Reads the body of a request for embeddings, likewise. */
export const readEmbedding = (body: Uint8Array): EmbeddingRequest =>
  read(EmbeddingRequest, readMembers(body));

function readMembers(body: Uint8Array): unknown {
  const value = readJson(body);
  checkMembers(value);
  return value;
}

function read<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw wrongMember(parsed.error);
  return parsed.data;
}

function wrongMember({ issues: [issue] }: z.ZodError): BailiwickError {
  const path = issue?.path.map(String) ?? [];
  const unknown =
    issue?.code === 'unrecognized_keys' ? issue.keys.find((key) => MEMBER.test(key)) : undefined;
  const param = [...path, ...(unknown === undefined ? [] : [unknown])].join('.');
  const options = param === '' ? {} : { extensions: { param } };
  if (issue?.code === 'unrecognized_keys')
    return new BailiwickError(
      'event-invalid',
      `${unknown === undefined ? 'a member' : param} is not something that a governed answer can keep; leave it out`,
      options,
    );
  return new BailiwickError(
    'event-invalid',
    param === '' ? 'the body is not a question' : `${param} is missing or not valid`,
    options,
  );
}
