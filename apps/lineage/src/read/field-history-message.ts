import { FieldHistory as Message } from '@bailiwick/contracts';
import type { FieldHistory } from './field-history-view.js';

/** A history of fields as gRPC sends it: what is not there is empty, or absent. */
export function fieldHistoryMessage({
  classifiedIn,
  purposeVersion,
  catalogVersion,
  digest,
  decision,
  fields,
  answer,
  writtenBack,
  ...named
}: FieldHistory): Message {
  return Message.fromPartial({
    ...named,
    ...(classifiedIn && {
      classifiedInRegion: classifiedIn.region,
      classifiedInJurisdiction: classifiedIn.jurisdiction,
    }),
    purposeVersion: purposeVersion ?? 0,
    catalogVersion: catalogVersion ?? 0,
    digest: Buffer.from(digest ?? '', 'hex'),
    decision: decision
      ? { ...decision, at: new Date(decision.at), receiptDigest: decision.receiptDigest ?? '' }
      : undefined,
    fields: fields.map(({ crossed, ...field }) => ({
      ...field,
      crossed: crossed.map(({ at, receiptDigest, ...border }) => ({
        ...border,
        at: new Date(at),
        receiptDigest: receiptDigest ?? '',
      })),
    })),
    answer: answer ?? undefined,
    writtenBack: writtenBack ? { ...writtenBack, at: new Date(writtenBack.at) } : undefined,
  });
}
