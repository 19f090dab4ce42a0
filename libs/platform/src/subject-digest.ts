import { createHash } from 'node:crypto';

/** A subject of a token as it may stand in a violation or a log: the same for the same one, and nobody's name. */
export const subjectDigest = (subject: string): string =>
  createHash('sha256').update(subject).digest('hex').slice(0, 16);
