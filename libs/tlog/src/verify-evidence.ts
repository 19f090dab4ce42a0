import { parseCheckpoint, type Checkpoint } from './checkpoint.js';
import { parseEvidence, type EvidenceBundle, type LogKeySpan, type RouterKey } from './evidence-bundle.js';
import { leafHash, sha256 } from './hash.js';
import { openNote, splitNote } from './note.js';
import { verifyReceiptSignature } from './receipt-signature.js';
import { PROOF_FAULTS, verifyConsistency, verifyInclusion } from './verify-proof.js';

/** One thing that a bundle of evidence states, and whether it holds. */
export interface Statement {
  /** `format`, `keys`, `checkpoint`, `signature`, `cosignatures`, `consistency`, `entry <index>`, `receipt <place>`. */
  readonly name: string;
  readonly ok: boolean;
  /** For people: what holds, or what fails and how. Never content of an entry. */
  readonly sentence: string;
}

/** What the verifier knew before it got the bundle, from those whose keys they are. */
export interface EvidenceTrust {
  /** Keys of log and witnesses, as `<name>+<id>+<base64>`. */
  readonly keys: readonly string[];
  readonly routerKeys?: readonly RouterKey[];
  /** Cosignatures that the verifier wants at least. */
  readonly quorum?: number;
}

/** What came out: it holds when every statement does. */
export interface EvidenceReport {
  readonly ok: boolean;
  readonly statements: readonly Statement[];
}

/**
 * Verifies a bundle of evidence offline. Without `trust` the keys are the bundle's own, and the report says so: it
 * then shows that all fits together, not whose log it is.
 */
export function verifyEvidence(text: string, trust?: EvidenceTrust): EvidenceReport {
  const parsed = parseEvidence(text);
  if (!parsed.ok) return report([failed('format', `The bundle is malformed: ${parsed.where}.`)]);
  const bundle = parsed.value;
  const format = holds('format', 'The bundle is complete and well-formed.');
  const keys = judgeKeys(bundle, trust);
  const checkpoint = checkpointOf(bundle.checkpoint, bundle.origin);
  if (!checkpoint) {
    const sentence = `The checkpoint is not a signed checkpoint of ${bundle.origin}.`;
    return report([format, keys, failed('checkpoint', sentence)]);
  }
  const { size } = checkpoint;
  return report([
    format,
    keys,
    holds('checkpoint', `The checkpoint is of ${bundle.origin} and states ${size} entries.`),
    judgeSignature('signature', bundle.checkpoint, size, bundle.logKeys),
    judgeCosignatures(bundle),
    ...judgeConsistency(bundle, checkpoint),
    ...bundle.entries.map(({ index, entry, proof }) => {
      const digest = Buffer.from(sha256(entry)).toString('hex');
      const verdict = verifyInclusion(leafHash(entry), index, checkpoint, proof);
      return verdict.ok
        ? holds(`entry ${index}`, `Entry ${index} is in the log: SHA-256 ${digest}.`)
        : failed(
            `entry ${index}`,
            `Entry ${index} is not in the log: ${lower(PROOF_FAULTS[verdict.reason])}`,
          );
    }),
    ...(bundle.receipts ?? []).map((jws, n) => judgeReceipt(`receipt ${n + 1}`, jws, bundle)),
  ]);
}

const holds = (name: string, sentence: string): Statement => ({ name, ok: true, sentence });
const failed = (name: string, sentence: string): Statement => ({ name, ok: false, sentence });
const report = (statements: readonly Statement[]): EvidenceReport => ({
  ok: statements.every(({ ok }) => ok),
  statements,
});
const lower = (sentence: string): string => sentence.charAt(0).toLowerCase() + sentence.slice(1);

function judgeKeys(
  { logKeys, witnessKeys, routerKeys, quorum }: EvidenceBundle,
  trust?: EvidenceTrust,
): Statement {
  const keys = [...logKeys, ...witnessKeys].map(({ key }) => key);
  const routers = routerKeys?.keys ?? [];
  const names = [
    ...keys.map(({ name, id }) => `${name}+${id}`),
    ...routers.map(({ kid }) => `router ${kid}`),
  ];
  if (!trust)
    return holds(
      'keys',
      `The keys are the bundle's own; compare them with those of their owners: ${names.join(', ')}.`,
    );
  const trusted = [
    ...keys.map(({ vkey }) => trust.keys.includes(vkey)),
    ...routers.map(({ kid, x }) => trust.routerKeys?.some((key) => key.kid === kid && key.x === x) ?? false),
  ];
  const strange = names.filter((_, n) => !trusted[n]);
  if (strange.length > 0)
    return failed('keys', `You did not name these keys as trusted: ${strange.join(', ')}.`);
  if (quorum < (trust.quorum ?? 0))
    return failed('keys', `You want ${trust.quorum} cosignatures; the bundle asks for ${quorum}.`);
  return holds('keys', 'Every key is one that you trust.');
}

function checkpointOf(note: string, origin: string): Checkpoint | undefined {
  const parsed = parseCheckpoint(splitNote(note)?.text ?? '');
  return parsed.ok && parsed.value.origin === origin ? parsed.value : undefined;
}

function judgeSignature(name: string, note: string, size: number, keys: readonly LogKeySpan[]): Statement {
  const signers = keys.filter(({ key }) => openNote(note, [key]).ok);
  const signer = signers.find(({ fromSize, untilSize = Infinity }) => fromSize <= size && size < untilSize);
  if (signer)
    return holds(name, `The log signed the checkpoint of size ${size} with its key ${signer.key.id}.`);
  const [late] = signers;
  return failed(
    name,
    late
      ? `The checkpoint of size ${size} is signed with key ${late.key.id}, which does not hold at that size.`
      : `No key of the log signed the checkpoint of size ${size}.`,
  );
}

function judgeCosignatures({ checkpoint, witnessKeys, quorum }: EvidenceBundle): Statement {
  const cosigned = witnessKeys.filter(({ key, fromTime, untilTime = Infinity }) => {
    const opened = openNote(checkpoint, [key]);
    const time = opened.ok ? (opened.value.signatures[0]?.time ?? -1) : -1;
    return fromTime <= time && time < untilTime;
  });
  const names = [...new Set(cosigned.map(({ key }) => key.name))];
  const who = names.length > 0 ? `: ${names.join(', ')}` : '';
  const sentence = `${names.length} of ${quorum} needed witnesses cosigned the checkpoint${who}.`;
  return { name: 'cosignatures', ok: names.length >= quorum, sentence };
}

function judgeConsistency({ older, origin, logKeys }: EvidenceBundle, newer: Checkpoint): Statement[] {
  if (!older) return [];
  const earlier = checkpointOf(older.checkpoint, origin);
  if (!earlier)
    return [failed('consistency', `The older checkpoint is not a signed checkpoint of ${origin}.`)];
  const signed = judgeSignature('consistency', older.checkpoint, earlier.size, logKeys);
  if (!signed.ok) return [signed];
  const verdict = verifyConsistency(earlier, newer, older.proof);
  const sentence = `The log of ${newer.size} entries is that of ${earlier.size} with more added behind.`;
  return [
    verdict.ok
      ? holds('consistency', sentence)
      : failed(
          'consistency',
          `It is not shown that the log only grew: ${lower(PROOF_FAULTS[verdict.reason])}`,
        ),
  ];
}

const RECEIPT_FAILURES = {
  'receipt-malformed': 'is not a decision receipt',
  'receipt-key-unknown': 'names a key that is not in the bundle',
  'receipt-signature-invalid': 'is not signed by the router whose key it names',
} as const;

function judgeReceipt(name: string, jws: string, { routerKeys, entries }: EvidenceBundle): Statement {
  const title = `Receipt ${name.replace('receipt ', '')}`;
  const signature = verifyReceiptSignature(jws, routerKeys?.keys ?? []);
  if (!signature.ok) return failed(name, `${title} ${RECEIPT_FAILURES[signature.reason]}.`);
  const holder = entries.find(({ entry }) => Buffer.from(entry).includes(jws));
  return holder
    ? holds(name, `${title} is signed by router key ${signature.kid} and stands in entry ${holder.index}.`)
    : failed(name, `${title} stands in no entry of the bundle.`);
}
