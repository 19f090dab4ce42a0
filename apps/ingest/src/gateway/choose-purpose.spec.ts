import { CHAT_OBJECT, EMBEDDING_OBJECT, type Purpose } from '@bailiwick/domain';
import { describe, expect, it } from 'vitest';
import { purpose } from '../admit/control.test-kit.js';
import { choosePurpose, type Named } from './choose-purpose.js';

const chat = (id: string, alias: string): Purpose => ({
  ...purpose('atlas', id),
  object: CHAT_OBJECT,
  model: { alias, maxTokens: 10, timeoutMs: 1000 },
});
const known = [chat('assistant', 'small'), chat('writer', 'small'), chat('analyst', 'large')];
const chosen = (purposes: readonly Purpose[], named: Partial<Named>): string => {
  try {
    return choosePurpose(purposes, { object: CHAT_OBJECT, model: 'small', purpose: null, ...named }).id;
  } catch (thrown) {
    return (thrown as { code: string }).code;
  }
};

describe("the purpose of a question comes from the client's scopes", () => {
  it.each([
    ['is the one that asks for the model', known, { model: 'large' }, 'analyst'],
    ['is the one that is named', known, { purpose: 'writer' }, 'writer'],
    ['is not guessed where two ask for the model', known, {}, 'event-invalid'],
    ['is none for a model that no purpose asks for', known, { model: 'huge' }, 'model-unknown'],
    ['is none where the named one asks for another model', known, { purpose: 'analyst' }, 'model-unknown'],
    ['is none where the scopes do not name it', known, { purpose: 'other' }, 'scope-insufficient'],
    ['is none where no purpose has a caller', [], {}, 'scope-insufficient'],
    ['is none where no purpose embeds texts', known, { object: EMBEDDING_OBJECT }, 'scope-insufficient'],
  ] as const)('%s', (_what, purposes, named, result) => {
    expect(chosen(purposes, named)).toBe(result);
  });
});
