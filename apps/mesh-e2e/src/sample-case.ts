import { randomUUID } from 'node:crypto';

/** Fields of an ordinary case; the same shape as the sample CRM's. */
export const sampleCase = (fields: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
  Subject: 'Charged twice for one order',
  Description:
    'Hello, this is Ana Roth. My card was charged twice for the same invoice. Please refund one payment soon.',
  Origin: 'Email',
  Product__c: 'Home Hub',
  ContactName: 'Ana Roth',
  ContactEmail: 'ana.roth@example.com',
  ContactPhone: '+49 30 901820',
  ...fields,
});

/** An id that no other run has used. */
export const freshId = (): string => randomUUID();
