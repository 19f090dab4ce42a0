import { readFile } from 'node:fs/promises';
import type { StackFile } from '@bailiwick/stack';
import { Agent, fetch } from 'undici';
import { z } from 'zod';

const CrmWrite = z.object({
  idempotencyKey: z.string(),
  tenant: z.string(),
  recordId: z.string(),
  fields: z.record(z.string(), z.unknown()),
  /** How often it was sent; the CRM let it take effect once. */
  attempts: z.number(),
});
export type CrmWrite = z.infer<typeof CrmWrite>;

/** Reads what the sample CRM was told, with the certificate that may read it. */
export class CrmReader {
  private constructor(
    private readonly url: string,
    private readonly agent: Agent,
  ) {}

  static async open({ sampleCrm }: StackFile): Promise<CrmReader> {
    const { certificate, key, authority } = sampleCrm.reader;
    const [cert, privateKey, ca] = await Promise.all(
      [certificate, key, authority].map((file) => readFile(file)),
    );
    return new CrmReader(sampleCrm.url, new Agent({ connect: { cert, key: privateKey, ca } }));
  }

  /** Every write of an event. */
  async writes(eventId: string): Promise<readonly CrmWrite[]> {
    return (await this.all()).filter(({ idempotencyKey }) => idempotencyKey.includes(eventId));
  }

  /** Every write that the CRM has taken. */
  async all(): Promise<readonly CrmWrite[]> {
    const answer = await fetch(`${this.url}/crm/writes`, { dispatcher: this.agent });
    return z.array(CrmWrite).parse(await answer.json());
  }

  close(): Promise<void> {
    return this.agent.close();
  }
}
