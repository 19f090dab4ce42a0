import { Metadata, status } from '@grpc/grpc-js';
import { BailiwickError, ERROR_CODES, ERROR_TABLE, type ErrorCode } from '@bailiwick/platform';
import { describe, expect, it } from 'vitest';
import { CODE_TRAILER, fromStatus, toStatus } from './status.js';

describe('an error is the same on both sides of a call', () => {
  it.each(Object.keys(ERROR_CODES) as ErrorCode[])('%s keeps code, detail and extensions', (code) => {
    const sent = new BailiwickError(code, 'a sentence', { extensions: { endpoint: 'https://there' } });
    const wire = toStatus(sent);
    expect(wire.code).toBe(ERROR_TABLE[ERROR_CODES[code]].grpc);
    expect(wire.metadata.get(CODE_TRAILER)).toEqual([code]);
    const received = fromStatus(wire);
    expect(received).toMatchObject({ code, detail: 'a sentence', extensions: { endpoint: 'https://there' } });
  });

  it('keeps the message of an unknown error inside', () => {
    const wire = toStatus(new Error('Jane Doe, +49 30 1234567'));
    expect(wire.code).toBe(status.INTERNAL);
    expect(JSON.stringify([wire.details, wire.metadata.getMap()])).not.toContain('Jane');
  });

  it('reads statuses of the transport, which carry no code', () => {
    const failed = (code: status) => fromStatus({ code, details: '', metadata: new Metadata() }).code;
    expect(failed(status.UNAVAILABLE)).toBe('peer-unavailable');
    expect(failed(status.DEADLINE_EXCEEDED)).toBe('deadline-exceeded');
    expect(failed(status.UNKNOWN)).toBe('internal');
  });
});
