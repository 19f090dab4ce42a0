import { BinaryWriter } from '@bufbuild/protobuf/wire';

/** What ts-proto generates for a message, as far as writing it goes. */
export interface MessageEncoder<T> {
  encode(message: T, writer: BinaryWriter): BinaryWriter;
}

/** Buffers larger than this are not kept for the next message. */
const LARGEST_KEPT = 64 * 1024;

let spare: BinaryWriter | null = null;

/**
 * The bytes of a message. A writer of its own would grow its buffer from nothing by doubling, which costs more than the writing: the buffer of the
 * last one is used again. Not for what must not linger: bytes stay in it until others are written over them.
 */
export function encodeMessage<T>(encoder: MessageEncoder<T>, message: T): Uint8Array {
  const writer = spare ?? new BinaryWriter();
  // Gone while it is in use, and for good when encoding throws half-way.
  spare = null;
  const bytes = encoder.encode(message, writer).finish();
  if (bytes.length <= LARGEST_KEPT) spare = writer;
  return bytes;
}
