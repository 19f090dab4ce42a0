import type { ClassifierServiceServer } from '@bailiwick/contracts';
import { handlers } from '@bailiwick/grpc';
import { BailiwickError, type Logger } from '@bailiwick/platform';
import type { Callers } from '../api/callers.js';
import type { Explainer } from './explainer.js';

function fieldsOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new BailiwickError('record-undecodable', 'the content is not a JSON object of fields');
  }
}

/** `ClassifierService` for administrators. */
export function classifierService(
  explainer: Explainer,
  callers: Callers,
  logger: Logger,
): Pick<ClassifierServiceServer, 'classify'> {
  const { unary } = handlers(logger);
  return {
    classify: unary(async ({ fieldsJson, ...question }, { peer }) => {
      callers.admit(peer);
      return Promise.resolve(explainer.explain({ ...question, fields: fieldsOf(fieldsJson) }));
    }),
  };
}
