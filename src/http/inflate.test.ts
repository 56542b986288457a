/** How much of a body's output there may be before it is charged. */
import { randomBytes } from "node:crypto";
import { brotliCompressSync, constants, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { expect, test } from "vitest";
import { overloaded } from "../domain/fault.ts";
import { createGate } from "../domain/gate.ts";
import { KiB, MiB } from "../domain/limits.ts";
import { inflateBody, type InflateRoom } from "./inflate.ts";

interface Watched extends InflateRoom {
  held: number;
  inside: number;
  mostInside: number;
}

function watched(budget = Infinity): Watched {
  const gate = createGate({ running: 1, waiting: 100, full: () => overloaded("full") });
  const room: Watched = {
    held: 0,
    inside: 0,
    mostInside: 0,
    charge(bytes) {
      if (room.held + bytes > budget) throw overloaded("no room");
      room.held += bytes;
    },
    async enterLarge() {
      const place = await gate.enter();
      room.mostInside = Math.max(room.mostInside, ++room.inside);
      return {
        [Symbol.dispose]() {
          room.inside--;
          place[Symbol.dispose]();
        },
      };
    },
  };
  return room;
}

const QUICK = { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } };
const CODINGS = [
  { encoding: "gzip", pack: gzipSync },
  { encoding: "zstd", pack: zstdCompressSync },
  { encoding: "deflate", pack: deflateSync },
  { encoding: "br", pack: (bytes: Buffer) => brotliCompressSync(bytes, QUICK) },
] as const;

test.each(CODINGS)(
  "bodies in $encoding that grow beyond what logs do inflate one after the other",
  async ({ encoding, pack }) => {
    const room = watched();
    const bomb = pack(Buffer.alloc(8 * MiB));
    const all = await Promise.all(
      Array.from({ length: 6 }, () => inflateBody(bomb, encoding, 8 * MiB, room)),
    );
    expect(all.map(({ length }) => length)).toEqual(Array.from({ length: 6 }, () => 8 * MiB));
    expect(room.mostInside).toBe(1);
    expect(room.inside).toBe(0);
    expect(room.held).toBe(6 * 8 * MiB);
  },
);

test.each(CODINGS)("a usual body in $encoding waits for nobody", async ({ encoding, pack }) => {
  const room = watched();
  const text = Buffer.concat([randomBytes(100 * KiB), Buffer.alloc(500 * KiB)]);
  expect((await inflateBody(pack(text), encoding, 8 * MiB, room)).equals(text)).toBe(true);
  expect(room.mostInside).toBe(0);
  expect(room.held).toBe(text.length);
});

test("a body is not inflated while its usual output has no room", async () => {
  const room = watched(1 * MiB);
  const packed = gzipSync(randomBytes(100 * KiB));
  await expect(inflateBody(packed, "gzip", 8 * MiB, room)).rejects.toMatchObject({
    fault: { kind: "overloaded" },
  });
  expect(room.held).toBe(0);
});

test("a bomb beyond the bound is refused and leaves its place", async () => {
  const room = watched();
  const bomb = gzipSync(Buffer.alloc(9 * MiB));
  await expect(inflateBody(bomb, "gzip", 8 * MiB, room)).rejects.toMatchObject({
    fault: { kind: "tooLarge" },
  });
  expect([room.inside, room.mostInside]).toEqual([0, 1]);
});
