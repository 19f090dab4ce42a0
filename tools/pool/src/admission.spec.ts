import { describe, expect, it } from 'vitest';
import { Admission } from './admission.js';

const patient = new AbortController().signal;

describe('admission', () => {
  it('lets as many work as there are places, and hands places over in order', async () => {
    const admission = new Admission(1, 2);
    const order: number[] = [];
    const first = await admission.enter(patient);
    const others = [1, 2].map(async (name) => {
      using _place = await admission.enter(patient);
      order.push(name);
    });
    expect(admission).toMatchObject({ working: 1, waiting: 2 });
    first[Symbol.dispose]();
    await Promise.all(others);
    expect(order).toEqual([1, 2]);
    expect(admission).toMatchObject({ working: 0, waiting: 0 });
  });

  it('refuses with 429 and retry-after once the queue is full', async () => {
    const admission = new Admission(1, 0);
    using _place = await admission.enter(patient);
    await expect(admission.enter(patient)).rejects.toMatchObject({
      status: 429,
      code: 'queue_full',
      headers: { 'retry-after': '1' },
    });
  });

  it('forgets who goes away while waiting', async () => {
    const admission = new Admission(1, 1);
    const place = await admission.enter(patient);
    const leaving = new AbortController();
    const waiting = admission.enter(leaving.signal);
    leaving.abort();
    await expect(waiting).rejects.toThrow();
    place[Symbol.dispose]();
    expect(admission).toMatchObject({ working: 0, waiting: 0 });
  });

  it('gives a place back once, however often it is disposed of', async () => {
    const admission = new Admission(2, 0);
    const place = await admission.enter(patient);
    await admission.enter(patient);
    place[Symbol.dispose]();
    place[Symbol.dispose]();
    expect(admission.working).toBe(1);
  });
});
