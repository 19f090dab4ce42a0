import { CHAT_OBJECT } from '@bailiwick/domain';
import { describe, expect, it } from 'vitest';
import { purpose } from '../admit/control.test-kit.js';
import { AskedBefore } from './asked-before.js';
import { askedInChat } from './chat.controller.js';
import { questionFor } from './question.js';

const client = { id: 'atlas-assistant', tenant: 'atlas' };
const request = { model: 'small', messages: [{ role: 'user' as const, content: 'Who is Lena Vogt?' }] };
const asked = {
  asked: askedInChat(request),
  purpose: { ...purpose('atlas', 'assistant'), object: CHAT_OBJECT },
  idempotencyKey: null,
};
const idOf = (who: typeof client, idempotencyKey: string | null): string =>
  questionFor(who, { ...asked, idempotencyKey }).eventId;

describe('a question as a record', () => {
  it('holds every text in a field, about whom the client says, and about itself where it says nothing', () => {
    const named = questionFor(client, {
      ...asked,
      asked: askedInChat({ ...request, user: 'customer-7' }),
    }).event;
    expect(named).toMatchObject({
      object: CHAT_OBJECT,
      purpose: 'assistant',
      source: 'urn:bailiwick:gateway',
    });
    expect(named.recordId.reveal()).toBe('customer-7');
    expect(JSON.parse(named.fieldsJson.reveal().toString())).toMatchObject({
      Messages: ['Who is Lena Vogt?'],
    });
    const [one, other] = [questionFor(client, asked).event, questionFor(client, asked).event];
    expect(one.recordId.reveal()).not.toBe(other.recordId.reveal());
  });

  it('promise 4: is the same one under the same key of the same client, and only then', () => {
    expect(idOf(client, 'k-1')).toBe(idOf(client, 'k-1'));
    const others = [idOf(client, 'k-1'), idOf(client, 'k-2'), idOf({ ...client, id: 'other' }, 'k-1')];
    expect(
      new Set([
        ...others,
        idOf({ ...client, tenant: 'harbor' }, 'k-1'),
        idOf(client, null),
        idOf(client, null),
      ]).size,
    ).toBe(6);
    for (const wrong of ['', 'k'.repeat(256)]) expect(() => idOf(client, wrong)).toThrow(/Idempotency-Key/);
  });

  it('wants as many answers as its purpose gives, and is refused otherwise', () => {
    const several = askedInChat({ ...request, n: 2 });
    expect(() => questionFor(client, { ...asked, asked: several })).toThrow(/one answer to a question/);
    const { writeback } = asked.purpose;
    const mapping = { ...writeback.mapping, alternatives: 'output.alternatives' };
    const giving = { ...asked.purpose, writeback: { ...writeback, mapping } };
    const { event } = questionFor(client, { ...asked, asked: several, purpose: giving });
    expect(JSON.parse(event.fieldsJson.reveal().toString())).toMatchObject({
      Layout: expect.arrayContaining([expect.stringContaining(' n 2')]),
    });
  });

  it('promise 4: a key is for one question', () => {
    const before = new AskedBefore();
    before.check('e-1', Buffer.from('a'));
    before.check('e-1', Buffer.from('a'));
    expect(() => before.check('e-1', Buffer.from('b'))).toThrow(/idempotency-key-reused/);
  });
});
