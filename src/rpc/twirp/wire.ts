/**
 * Makes protobuf-ts read and write through Node's buffers.
 * Invariant: bytes and texts are those of its own reader and writer; only the time they take changes.
 */
import { BinaryReader, binaryReadOptions, binaryWriteOptions } from "@protobuf-ts/runtime";
import { WireWriter } from "./wire-writer.ts";

/** One for all: protobuf-ts makes a TextDecoder for each message. */
const FATAL = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

const DECODER = {
  decode(input?: Uint8Array): string {
    if (input === undefined) return "";
    const text = Buffer.isBuffer(input)
      ? input.toString("utf8")
      : Buffer.from(input.buffer, input.byteOffset, input.byteLength).toString("utf8");
    // Invalid bytes become U+FFFD here, which may also have been sent: then the strict decoder decides.
    return text.includes("\ufffd") ? FATAL.decode(input) : text;
  },
};

export function wireReader(bytes: Uint8Array): BinaryReader {
  return new BinaryReader(bytes, DECODER);
}

export function wireWriter(): WireWriter {
  return new WireWriter();
}

/** Sets them for all messages of the process; setting them again changes nothing. */
export function useFastWire(): void {
  // Without an argument these return the defaults themselves, which every generated message reads.
  Object.assign(binaryReadOptions(), { readerFactory: wireReader });
  Object.assign(binaryWriteOptions(), { writerFactory: wireWriter });
}
