import type { VerificationKey } from '@bailiwick/contracts';
import { BailiwickError } from '@bailiwick/platform';
import {
  formatEvidence,
  openCheckpoint,
  proveConsistency,
  proveInclusion,
  type EvidenceEntry,
  type TileReader,
  type VerifierKey,
} from '@bailiwick/tlog';
import { factIn } from '../log/log-entry.js';
import type { ReadScope } from '../scope/read-scope.js';
import type { LoggedRecords, PublishedCheckpoint } from './logged-record.js';

/** What evidence is made from. */
export interface EvidenceParts {
  readonly records: Pick<LoggedRecords, 'ofEvent'>;
  readonly read: TileReader;
  /** Key of the log, whose name is its origin. */
  readonly key: VerifierKey;
  readonly witnesses: readonly VerifierKey[];
  /** Keys of the routers, with which receipts verify. */
  readonly routerKeys: readonly VerificationKey[];
}

/** Makes what proves to outsiders that the history of a record is in the log of this cell, and was when it says. */
export class Evidence {
  constructor(private readonly parts: EvidenceParts) {}

  /**
   * The bundle for one event, as libs/tlog describes its format. The checkpoint is the first that covers the event, so that
   * the times of its cosignatures say when its entries were there. Throws `record-unknown`, or `evidence-not-ready` while
   * an entry is not published yet.
   */
  async ofEvent(scope: ReadScope, eventId: string): Promise<string> {
    const { records, read, key, witnesses, routerKeys } = this.parts;
    const { entries: logged, covering, older } = await records.ofEvent(scope, eventId);
    if (logged.length === 0)
      throw new BailiwickError(
        'record-unknown',
        'the log of this cell holds no entry of an event of this id',
      );
    if (!covering)
      throw new BailiwickError(
        'evidence-not-ready',
        'an entry of the event is not published yet; ask again in a second',
      );
    const entries: EvidenceEntry[] = await Promise.all(
      logged.map(async ({ index, entry }) => ({
        index,
        entry,
        proof: await proveInclusion(read, covering.size, index),
      })),
    );
    const receipts = logged
      .map(({ entry }) => factIn(entry)?.decision?.receipt ?? '')
      .filter((receipt) => receipt !== '');
    return formatEvidence({
      origin: key.name,
      logKeys: [{ key, fromSize: 0 }],
      witnessKeys: witnesses.map((witness) => ({ key: witness, fromTime: 0 })),
      quorum: this.#cosigned(covering),
      checkpoint: covering.note,
      entries,
      ...(older && {
        older: { checkpoint: older.note, proof: await proveConsistency(read, older.size, covering.size) },
      }),
      receipts: [...new Set(receipts)],
      routerKeys: { keys: routerKeys },
    });
  }

  #cosigned({ note }: PublishedCheckpoint): number {
    const { key, witnesses } = this.parts;
    const opened = openCheckpoint(note, key.name, [key, ...witnesses]);
    return opened.ok ? opened.value.note.signatures.filter(({ time }) => time !== undefined).length : 0;
  }
}
