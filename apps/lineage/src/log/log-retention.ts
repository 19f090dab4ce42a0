import { BailiwickError, RecurringSweep, type Logger } from '@bailiwick/platform';
import { TILE_WIDTH, VerifiedLog, openCheckpoint, type VerifierKey } from '@bailiwick/tlog';
import type { LogFolder } from './log-folder.js';
import type { LogLedger } from './log-ledger.js';

/** Entries that one transaction takes away. */
const PAGE = 16 * TILE_WIDTH;

/** What ending entries works with. */
export interface LogRetentionParts {
  readonly ledger: Pick<LogLedger, 'keptEdge' | 'sizeBefore' | 'prune'>;
  readonly folder: Pick<LogFolder, 'read' | 'checkpoint' | 'dropBundles'>;
  /** Key of the log. */
  readonly key: VerifierKey;
  /** How long an entry is kept, in milliseconds. */
  readonly retentionMs: number;
  readonly logger: Logger;
}

/**
 * Prunes the log: entries that are older than its retention go, from the database and from the files, in whole bundles (C2SP tlog-tiles, Pruning). Its
 * tree stays as it was, so whatever was proved before still is. The first entry that stays is older than the retention, too: by its time
 * a reader sees that nothing went too early.
 */
export class LogRetention extends RecurringSweep {
  constructor(private readonly parts: LogRetentionParts) {
    super(parts.logger, 'entries of the log that are old stay for another while');
  }

  /** Takes away what is old; returns the index of the first entry that is kept. Rejects when the files are not those of the log. */
  async sweep(): Promise<number> {
    const { ledger, folder, retentionMs } = this.parts;
    const old = await ledger.sizeBefore(retentionMs);
    // Entry `end` was logged by then as well, or nobody could tell how old the last of those before it was.
    const end = Math.floor(Math.max(0, old - 1) / TILE_WIDTH) * TILE_WIDTH;
    const { size: before } = await ledger.keptEdge();
    let minimum = before;
    if (end > before) {
      const log = await this.#published();
      while (minimum < end && !this.isStopped) {
        minimum = Math.min(end, minimum + PAGE);
        await ledger.prune(await log.edgeAt(minimum));
      }
      this.logger.info(`entries ${before} to ${minimum} of the log are over by retention`);
    }
    // Those of a process that ended between the two as well.
    await folder.dropBundles(minimum);
    return minimum;
  }

  async #published(): Promise<VerifiedLog> {
    const { folder, key } = this.parts;
    const opened = openCheckpoint((await folder.checkpoint()) ?? '', key.name, [key]);
    if (!opened.ok)
      throw new BailiwickError('log-broken', `the published checkpoint is none: ${opened.reason}`);
    return VerifiedLog.open(folder.read, opened.value.checkpoint);
  }
}
