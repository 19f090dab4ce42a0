import { ChatRequest } from '@bailiwick/chat';
import { BailiwickError } from '@bailiwick/platform';
import type { z } from 'zod';
import { checkMembers } from '../event/record-fields.js';
import { readJson } from '../event/read-json.js';

/** A name that OpenAI's interface could have: it is told back, anything else could be content. */
const MEMBER = /^[a-z][a-z_]{0,39}$/;

/**
 * Reads the body of a chat. Throws `body-not-utf8`, `body-not-json`, or `event-invalid` with the member that is wrong in `param`, and never
 * what it holds.
 */
export function readChat(body: Uint8Array): ChatRequest {
  const value = readJson(body);
  checkMembers(value);
  const parsed = ChatRequest.safeParse(value);
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
    param === '' ? 'the body is not a chat' : `${param} is missing or not valid`,
    options,
  );
}
