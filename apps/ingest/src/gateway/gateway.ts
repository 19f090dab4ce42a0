import type { CompletionFrame } from '@bailiwick/chat';
import type { GatewayAnswer, GatewayRefusal, GatewayReply } from '@bailiwick/contracts';
import type { Custody } from '@bailiwick/custody';
import { isAwaited, purposeKey, type Purpose } from '@bailiwick/domain';
import { BailiwickError } from '@bailiwick/platform';
import type { z } from 'zod';
import type { ControlView } from '../admit/admit.js';
import type { Producer } from '../authorise/producer.js';
import { custodyFailure } from '../receive/custody-failure.js';
import type { RecordReceiver } from '../receive/record-receiver.js';
import { AskedBefore } from './asked-before.js';
import { choosePurpose } from './choose-purpose.js';
import { answerSeconds, tokens, waitingCallers } from './gateway-metrics.js';
import { questionFor, type Asked, type Question } from './question.js';
import type { Replies } from './replies.js';
import type { TokenBudgets, Usage } from './token-budgets.js';

/** How long a question may wait for its turn, beside the time that its purpose gives the model, in milliseconds. */
const QUEUE_MS = 30_000;

/** What the gateway works with. */
export interface GatewayParts {
  readonly control: ControlView;
  readonly custody: Pick<Custody, 'openReply'>;
  readonly receiver: Pick<RecordReceiver, 'receive'>;
  readonly replies: Pick<Replies, 'wait'>;
  readonly budgets: Pick<TokenBudgets, 'expect' | 'of'>;
  /** Tells whoever works on a question that its caller went. */
  readonly tellGone: (question: Question, tenant: string) => Promise<void>;
}

/** What a client asks. */
export interface ClientQuestion {
  readonly asked: Asked;
  /** The bytes that it came in. */
  readonly body: Uint8Array;
  /** Header `bailiwick-purpose`: which of the client's purposes, where its model's name does not say. */
  readonly purpose: string | null;
  /** Header `Idempotency-Key`: asked again, the question is the same one. */
  readonly idempotencyKey: string | null;
}

/** An answer as it goes to the client: personal data, restored. */
export interface Answered<A> {
  readonly frame: CompletionFrame;
  readonly answer: A;
  /** Decision receipt under which the model was asked. */
  readonly receipt: string;
}

/** Asks a model the way every record goes: taken durably, classified, decided on, answered, restored. There is no other way from here. */
export class Gateway {
  readonly #askedBefore = new AskedBefore();

  constructor(private readonly parts: GatewayParts) {}

  /** The purposes of a client whose answers it waits for. */
  purposes({ tenant, purposes }: Pick<Producer, 'tenant' | 'purposes'>): readonly Purpose[] {
    return purposes.flatMap((id) => {
      const purpose = this.parts.control.get('purpose', purposeKey(tenant, id));
      return purpose && isAwaited(purpose.object) ? [purpose] : [];
    });
  }

  /** What a client's purposes have used today, of all the cell's answers. */
  usage(producer: Pick<Producer, 'tenant' | 'purposes'>): readonly Usage[] {
    return this.purposes(producer).map(({ id }) => this.parts.budgets.of(producer.tenant, id));
  }

  /** Finds the purpose of a question and makes a record of it. Throws what is wrong with it; nothing of it was kept then. */
  question({ asked, body, purpose: named, idempotencyKey }: ClientQuestion, producer: Producer): Question {
    const { model, object } = asked;
    const purpose = choosePurpose(this.purposes(producer), { model, object, purpose: named });
    const question = questionFor(producer, { asked, purpose, idempotencyKey });
    if (idempotencyKey !== null) this.#askedBefore.check(question.eventId, body);
    return question;
  }

  /**
   * Gives the answer to a question, of which `form` tells what it holds. Throws the refusal of the gate; `question-held` or `question-failed` for one that gets no answer;
   * `answer-late` when it takes too long, or nobody waits any more (`gone`).
   */
  async answer<A>(
    question: Question,
    form: z.ZodType<A>,
    producer: Producer,
    gone: AbortSignal,
  ): Promise<Answered<A>> {
    const done = answerSeconds.startTimer();
    this.parts.budgets.expect(producer.tenant, question.purpose.id);
    await this.parts.receiver.receive(question.event, producer, 'gateway');
    waitingCallers.inc();
    const told = (): void => {
      // Who has a key may come back and ask for the answer.
      if (!question.repeatable) void this.parts.tellGone(question, producer.tenant);
    };
    try {
      if (gone.aborted) told();
      else gone.addEventListener('abort', told, { once: true });
      const answered = await this.#open(await this.#reply(question, gone), question, form);
      const { inputTokens, outputTokens } = answered.frame.usage;
      tokens.inc({ direction: 'input' }, inputTokens);
      tokens.inc({ direction: 'output' }, outputTokens);
      done({ outcome: 'answered' });
      return answered;
    } catch (thrown) {
      done({ outcome: BailiwickError.from(thrown).code });
      throw thrown;
    } finally {
      gone.removeEventListener('abort', told);
      waitingCallers.dec();
    }
  }

  #reply({ eventId, purpose }: Question, gone: AbortSignal): Promise<GatewayReply> {
    const waitMs = purpose.model.timeoutMs + QUEUE_MS;
    const waiting = AbortSignal.any([gone, AbortSignal.timeout(waitMs)]);
    return this.parts.replies.wait(eventId, waiting).catch((cause: unknown) => {
      throw new BailiwickError(
        'answer-late',
        `there is no answer after ${waitMs / 1000} s; where the question had an Idempotency-Key, the same key asks for it again`,
        { cause },
      );
    });
  }

  async #open<A>(reply: GatewayReply, { model }: Question, form: z.ZodType<A>): Promise<Answered<A>> {
    const { eventId, tenant, subject, outcome } = reply;
    if (outcome?.$case === 'refusal') throw noAnswer(outcome.value);
    const { payload, receipt, usage, finishedAt } = outcome?.value ?? NOTHING;
    if (!payload) throw new BailiwickError('internal', 'a reply holds neither an answer nor a refusal');
    const opened = await this.parts.custody
      .openReply({ eventId, tenant, subject, sealed: payload })
      .catch((thrown: unknown) => {
        throw custodyFailure(thrown);
      });
    const { inputTokens = 0, outputTokens = 0 } = usage ?? {};
    return {
      frame: { eventId, model, createdAt: finishedAt ?? new Date(), usage: { inputTokens, outputTokens } },
      answer: readAnswer(opened.reveal(), form),
      receipt,
    };
  }
}

const NOTHING: GatewayAnswer = {
  payload: undefined,
  receipt: '',
  pool: '',
  model: '',
  usage: undefined,
  finishedAt: undefined,
};

function readAnswer<A>(bytes: Buffer, form: z.ZodType<A>): A {
  try {
    return form.parse(JSON.parse(bytes.toString('utf8')));
  } catch {
    throw new BailiwickError(
      'question-failed',
      'what the purpose makes of the answer is no answer to the question',
    );
  }
}

/** Why there is no answer, with the mesh's own reason beside. */
const noAnswer = ({ kind, code, detail }: GatewayRefusal): BailiwickError =>
  new BailiwickError(kind === 'held' ? 'question-held' : 'question-failed', detail, {
    extensions: { reason: code },
  });
