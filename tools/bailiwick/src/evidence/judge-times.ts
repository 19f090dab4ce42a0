import { openNote, type EvidenceBundle, type Statement } from '@bailiwick/tlog';
import { readEntry } from './logged-facts.js';

/** By how much clocks of two cells may differ, and a checkpoint may lag, in milliseconds. */
const TOLERANCE_MS = 120_000;

/** When the first witness cosigned a checkpoint, in milliseconds; undefined when none did. */
function cosignedAt(note: string, { witnessKeys }: EvidenceBundle): number | undefined {
  const times = witnessKeys.flatMap(({ key }) => {
    const opened = openNote(note, [key]);
    return opened.ok ? opened.value.signatures.flatMap(({ time }) => time ?? []) : [];
  });
  return times.length === 0 ? undefined : Math.min(...times) * 1000;
}

/**
 * What the times of entries say beside those of cosignatures: an entry was logged before the checkpoint that holds it was cosigned, and
 * after the one that does not hold it yet. A cell whose clock was set back, or ahead, cannot say so of both.
 */
export function judgeTimes(bundle: EvidenceBundle): readonly Statement[] {
  const until = cosignedAt(bundle.checkpoint, bundle);
  const from = bundle.older && cosignedAt(bundle.older.checkpoint, bundle);
  return bundle.entries.map(({ index, entry }) => {
    const name = `time ${index}`;
    const read = readEntry(entry);
    if (!read) return { name, ok: false, sentence: `Entry ${index} holds no fact of Bailiwick.` };
    const logged = read.loggedAt.getTime();
    const at = read.fact?.at?.getTime();
    const wrong =
      until !== undefined && logged > until + TOLERANCE_MS
        ? 'says that it was logged after a witness saw it'
        : from !== undefined && logged < from - TOLERANCE_MS
          ? 'says that it was logged before a witness saw the log without it: the clock of the cell was set back'
          : at !== undefined && at > logged + TOLERANCE_MS
            ? 'tells of what happened after it was logged: the clock of the cell was set back'
            : null;
    if (wrong !== null) return { name, ok: false, sentence: `Entry ${index} ${wrong}.` };
    const witnessed = until === undefined ? ', which no witness confirms' : '';
    return {
      name,
      ok: true,
      sentence: `Entry ${index} was logged at ${read.loggedAt.toISOString()}${witnessed}.`,
    };
  });
}
