import { Action, EVENT_TYPES, OperatorCommand, type EventType } from '@bailiwick/contracts';
import { readTopic, type RecordAttributes } from '@bailiwick/kafka';
import type { TestCell } from '@bailiwick/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EU, RouterMesh } from '../router-mesh.test-kit.js';
import { profileOf } from '../samples.test-kit.js';

/** A command and the attributes under which it is sent. */
const COMMAND = EVENT_TYPES.command as unknown as EventType<OperatorCommand & RecordAttributes>;

let kit: RouterMesh;
let eu: TestCell;
beforeAll(async () => {
  kit = await RouterMesh.start();
  ({ eu } = kit);
});
afterAll(() => kit?.stop());

describe('an operator', () => {
  const commanded = async (id: string, change: Partial<OperatorCommand> = {}): Promise<void> => {
    const kept = await readTopic(await eu.cluster('auditor'), EU.held);
    const { partition, message } = kept.find(
      ({ message: { value } }) => EVENT_TYPES.held.decode(value!).eventId === id,
    )!;
    const command = OperatorCommand.fromPartial({
      action: Action.ACTION_RELEASE,
      topic: EU.held,
      partition,
      offset: BigInt(message.offset),
      eventId: id,
      tenant: 'atlas',
      by: 'anna',
      ...change,
    });
    await eu.write('operator', EU.command, COMMAND, {
      ...command,
      purpose: 'case-triage',
      object: 'Case',
      subject: 's',
    });
  };

  it('releases a held record once, and it is decided on anew', async () => {
    const atlas = profileOf('atlas');
    await eu.publish('profile', 'atlas', { ...atlas, version: 11, acknowledgement: null });
    const { eventId: id } = await kit.decided(await kit.classified('atlas', 'case-triage', 'o-1'));
    expect(await kit.messagesOf(eu, EU.held, EVENT_TYPES.held, id)).toHaveLength(1);
    await eu.publish('profile', 'atlas', { ...atlas, version: 12 });
    await kit.decided(await kit.classified('atlas', 'case-triage', 'o-2'));

    await commanded(id);
    await commanded(id);
    expect((await kit.factOf(eu, id, 'released'))[0]!.reason).toBe('by anna');
    const [request] = await kit.messagesOf(eu, EU.request('eu-shared'), EVENT_TYPES.request, id);
    expect(await kit.opened(eu, request!)).toEqual({ Subject: 'o-1' });
    expect(await kit.factOf(eu, id, 'duplicate')).toHaveLength(1);
    expect(await kit.messagesOf(eu, EU.request('eu-shared'), EVENT_TYPES.request, id)).toHaveLength(1);
  });

  it('B2 does nothing to a record that is of another tenant than he says', async () => {
    const { eventId: id } = await kit.decided(await kit.classified('atlas', 'case-triage', 'o-3', 'Secret'));
    expect(await kit.messagesOf(eu, EU.held, EVENT_TYPES.held, id)).toHaveLength(1);
    await commanded(id, { tenant: 'harbor' });
    const [fact] = await kit.factOf(eu, id, 'dead-lettered');
    expect(fact!.reason).toBe('record-unknown');
    await commanded(id, { action: Action.ACTION_DISCARD });
    expect(await kit.factOf(eu, id, 'discarded')).toHaveLength(1);
  });

  it('F1 can write no record into the mesh by himself', async () => {
    const record = await kit.classified('atlas', 'case-triage', 'o-4');
    await expect(eu.write('operator', EU.classified, EVENT_TYPES.classified, record)).rejects.toThrow();
    expect(await eu.read(EU.classified, EVENT_TYPES.classified)).not.toContainEqual(record);
  });
});
