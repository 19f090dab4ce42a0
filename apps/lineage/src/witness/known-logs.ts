import { readFileSync } from 'node:fs';
import { VerifierKey } from '@bailiwick/tlog';
import { z } from 'zod';

/** A verifier key of C2SP signed-note. */
export const verifierKey = (type: VerifierKey['type']) =>
  z.string().transform((vkey, context): VerifierKey => {
    const key = VerifierKey.parse(vkey);
    if (key.ok && key.value.type === type) return key.value;
    context.addIssue({ code: 'custom', message: `expected a verifier key of type ${type}` });
    return z.NEVER;
  });

/** The log of one cell, and the witness beside it. */
export const KnownLog = z.strictObject({
  region: z.string().min(1),
  /** Base URL of the cell's lineage: the tree of the log is under `/v1/log/`, the witness under `/v1/witness/`. */
  url: z.url(),
  /** `host:port` of the gRPC interface of the cell's lineage, which is asked for what was sent there; absent: nobody is. */
  grpc: z.string().min(1).optional(),
  /** Key of the log; its name is the log's origin. */
  log: verifierKey('note'),
  /** Key with which that cell cosigns others. */
  witness: verifierKey('cosignature'),
});
export type KnownLog = z.infer<typeof KnownLog>;

/** The logs of all cells in the JSON file that a variable names; verifier keys are written as C2SP signed-note says. */
export const KnownLogs = z.string().transform((path, context): readonly KnownLog[] => {
  try {
    return z.array(KnownLog).parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    context.addIssue({ code: 'custom', message: 'expected a file with a list of logs' });
    return z.NEVER;
  }
});
