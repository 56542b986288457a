/**
 * Frames of the native protocol, version 4 without compression: what stands where in them.
 * Invariant: what is handed out are views of the frame; nothing here keeps one.
 */
import type { Socket } from "node:net";

/** Version, flags, stream (2), opcode, length (4). */
export const HEADER_BYTES = 9;
export const OPCODE = {
  error: 0x00,
  query: 0x07,
  result: 0x08,
  prepare: 0x09,
  execute: 0x0a,
  batch: 0x0d,
} as const;
/** What a RESULT frame is, its first number. */
export const RESULT = { void: 1, rows: 2, prepared: 4 } as const;
const HAS_WARNINGS = 0x08;

/** Calls `take` with each whole frame, header included. */
export function eachFrame(socket: Socket, take: (frame: Buffer) => void): void {
  let rest: Buffer = Buffer.alloc(0);
  socket.on("data", (part: Buffer) => {
    rest = rest.length === 0 ? part : Buffer.concat([rest, part]);
    while (rest.length >= HEADER_BYTES) {
      const end = HEADER_BYTES + rest.readInt32BE(5);
      if (rest.length < end) return;
      const frame = rest.subarray(0, end);
      rest = rest.subarray(end);
      take(frame);
    }
  });
}

/** @returns where the body of an answer begins: warnings stand before it. */
export function bodyOf(frame: Buffer): number {
  let at = HEADER_BYTES;
  if (((frame[1] ?? 0) & HAS_WARNINGS) === 0) return at;
  let warnings = frame.readUInt16BE(at);
  for (at += 2; warnings > 0; warnings--) at += 2 + frame.readUInt16BE(at);
  return at;
}

/** @returns the bytes at `at` that a 16-bit length precedes, as hex. */
export function shortBytes(frame: Buffer, at: number): string {
  return frame.toString("hex", at + 2, at + 2 + frame.readUInt16BE(at));
}
