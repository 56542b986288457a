/**
 * Skips groups: no field of SendLogsRequest is one, a field that we do not know may be.
 * Invariant: a loop and no recursion: a body of openings must not fill the stack.
 * Source: protobuf.dev, "Encoding", groups.
 */
import { undecodable } from "./send-logs.fields.ts";

/**
 * @param at behind the tag that opened the group.
 * @returns behind the tag that ends it; throws `undecodable` when nothing before `end` does.
 */
export function groupEnd(body: Uint8Array, at: number, end: number, opening: number): number {
  const open = [opening];
  let next = at;
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      if (next >= end) throw undecodable();
      const byte = body[next++] as number;
      if (shift < 32) value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
    throw undecodable();
  };
  while (open.length > 0) {
    const tag = varint();
    if (tag >>> 3 === 0) throw undecodable();
    switch (tag & 7) {
      case 0:
        varint();
        break;
      case 1:
        next += 8;
        break;
      case 2:
        // In two steps: the length moves `next` itself.
        next = varint() + next;
        break;
      case 3:
        open.push(tag);
        break;
      case 4:
        if (open.pop() !== tag - 1) throw undecodable();
        break;
      case 5:
        next += 4;
        break;
      default:
        throw undecodable();
    }
    if (next > end) throw undecodable();
  }
  return next;
}
