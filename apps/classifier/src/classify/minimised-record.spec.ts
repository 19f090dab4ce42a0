import { createHash } from 'node:crypto';
import { MinimisedRecord } from '@bailiwick/contracts';
import { describe, expect, it } from 'vitest';
import { minimisedBytes } from './minimised-record.js';

describe('the bytes of a minimised record', () => {
  it('begin with the salt, and their digest is of exactly these bytes', () => {
    const salt = Buffer.alloc(16, 7);
    const { bytes, digest } = minimisedBytes('Case', { Subject: 'late' }, salt);
    expect(Buffer.from(bytes).subarray(0, 18)).toEqual(Buffer.concat([Buffer.from([10, 16]), salt]));
    expect(digest).toEqual(createHash('sha256').update(bytes).digest());
    const decoded = MinimisedRecord.decode(bytes);
    expect(JSON.parse(decoded.fieldsJson.toString('utf8'))).toEqual({ Subject: 'late' });
  });

  it('have another digest under another salt', () => {
    const digestOf = (salt: number) =>
      minimisedBytes('Case', {}, Buffer.alloc(16, salt)).digest.toString('hex');
    expect(digestOf(1)).not.toBe(digestOf(2));
  });
});
