/**
 * Immutable bytes under unique ids, in parts that are partitions of their own.
 * Invariants: part 0 is written first and deleted last, so while anything is left it says how many parts there are;
 * every part knows the size of the whole. At most `PARTS_IN_FLIGHT` parts of one process are on their way to the store.
 */
import { corrupt, overloaded } from "../../domain/fault.ts";
import { createGate } from "../../domain/gate.ts";
import { KiB } from "../../domain/limits.ts";
import { eachAtOnce } from "./at-once.ts";
import { bytesOf, intOf, type Row } from "./row.ts";
import type { Session } from "./session.ts";
import { statement } from "./statement.ts";

export const BLOB_STATEMENTS = {
  insert: statement(
    "write",
    "insert_blob",
    "INSERT INTO ks.log_blob (id, part, size, data) VALUES (?, ?, ?, ?) USING TTL ?",
  ),
  part: statement(
    "read",
    "read_blob",
    "SELECT size, data FROM ks.log_blob WHERE id = ? AND part = ?",
  ),
  size: statement("read", "size_of_blob", "SELECT size FROM ks.log_blob WHERE id = ? AND part = ?"),
  remove: statement("write", "delete_blob", "DELETE FROM ks.log_blob WHERE id = ? AND part = ?"),
} as const;

/** From here on larger parts cost little less an entry, and a range reads whole parts. */
export const PART_BYTES = 256 * KiB;
/** What one node takes at full speed; more only wait longer. */
const PARTS_IN_FLIGHT = 8;
const READS_AT_ONCE = 4;

export interface Blobs {
  /** Durable when it resolves. @param ttlSeconds 0 for ever. */
  write(id: string, bytes: Uint8Array, ttlSeconds: number): Promise<void>;
  /** @returns a copy that the caller owns; undefined when the blob is gone. Throws `corrupt` beyond its end. */
  read(id: string, offset: number, length: number): Promise<Uint8Array | undefined>;
  /** Twice is as good as once; unknown ids are ignored. @param size of it, where it is known: spares a read. */
  remove(id: string, size?: number): Promise<void>;
}

export function createBlobs(session: Session): Blobs {
  const gate = createGate({
    running: PARTS_IN_FLIGHT,
    waiting: Infinity,
    full: () => overloaded("too many blobs wait to be written"),
  });

  const writePart = async (
    id: string,
    part: number,
    bytes: Uint8Array,
    ttlSeconds: number,
  ): Promise<void> => {
    using _place = await gate.enter();
    const data = bytes.subarray(part * PART_BYTES, (part + 1) * PART_BYTES);
    await session.write(BLOB_STATEMENTS.insert, [id, part, bytes.length, data, ttlSeconds]);
  };

  const sizeOf = async (id: string): Promise<number | undefined> => {
    const [row] = await session.read(BLOB_STATEMENTS.size, [id, 0]);
    return row === undefined ? undefined : intOf(row, "size");
  };

  return {
    write: async (id, bytes, ttlSeconds) => {
      await writePart(id, 0, bytes, ttlSeconds);
      const others = range(1, partsOf(bytes.length));
      await eachAtOnce(others, PARTS_IN_FLIGHT, (part) => writePart(id, part, bytes, ttlSeconds));
    },

    read: async (id, offset, length) => {
      if (length === 0) {
        const size = await sizeOf(id);
        if (size !== undefined) requireWithin(id, size, offset, 0);
        return size === undefined ? undefined : new Uint8Array(0);
      }
      const [first, last] = [Math.floor(offset / PART_BYTES), (offset + length - 1) / PART_BYTES];
      const rows = await eachAtOnce(range(first, last + 1), READS_AT_ONCE, async (part) => {
        const [row] = await session.read(BLOB_STATEMENTS.part, [id, part]);
        return row;
      });
      const size = sizeIn(rows) ?? (await sizeOf(id));
      if (size === undefined) return undefined;
      requireWithin(id, size, offset, length);
      const out = new Uint8Array(length);
      for (const [i, row] of rows.entries()) {
        // A deletion has begun.
        if (row === undefined) return undefined;
        const start = (first + i) * PART_BYTES;
        const data = bytesOf(row, "data");
        const from = Math.max(offset, start);
        const own = data.subarray(from - start, offset + length - start);
        out.set(own, from - offset);
      }
      return out;
    },

    remove: async (id, knownSize) => {
      const size = knownSize ?? (await sizeOf(id));
      if (size === undefined) return;
      const others = range(1, partsOf(size));
      await eachAtOnce(others, PARTS_IN_FLIGHT, (part) =>
        session.write(BLOB_STATEMENTS.remove, [id, part]),
      );
      await session.write(BLOB_STATEMENTS.remove, [id, 0]);
    },
  };
}

/** An empty blob has one part, so that it is there. */
function partsOf(size: number): number {
  return Math.max(1, Math.ceil(size / PART_BYTES));
}

function range(from: number, end: number): number[] {
  return Array.from({ length: Math.max(0, Math.floor(end) - from) }, (_, i) => from + i);
}

function sizeIn(rows: readonly (Row | undefined)[]): number | undefined {
  const row = rows.find((each) => each !== undefined);
  return row === undefined ? undefined : intOf(row, "size");
}

function requireWithin(id: string, size: number, offset: number, length: number): void {
  if (offset + length <= size) return;
  throw corrupt(
    `blob ${id}`,
    `it ends at byte ${size}, bytes ${offset} to ${offset + length} were asked for`,
  );
}
