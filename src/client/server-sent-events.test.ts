import fc from "fast-check";
import { expect, test } from "vitest";
import { type ServerSentEvent, serverSentEvents } from "./server-sent-events.ts";

async function read(chunks: readonly Uint8Array[]): Promise<ServerSentEvent[]> {
  async function* body() {
    yield* chunks;
  }
  return Array.fromAsync(serverSentEvents(body()));
}
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test("reads events, keeps the last id, skips comments and what has no data", async () => {
  const text =
    ": hello\n\nid: 7\nevent: entry\ndata: {\ndata:  }\n\nevent: nothing\n\ndata: x\r\n\r\ndata: cut";
  expect(await read([bytes(text)])).toEqual([
    { event: "entry", data: "{\n }", id: "7" },
    { event: "message", data: "x", id: "7" },
  ]);
});

test("any cut into chunks gives the same events", () =>
  fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 7 })), async (sizes) => {
      const whole = bytes(
        "id: 1\r\nevent: entry\r\ndata: žluťoučký 🚚\r\n\r\ndata: a\n\ndata: b\r\rdata: c\n\n",
      );
      const chunks: Uint8Array[] = [];
      let at = 0;
      for (const size of sizes) {
        chunks.push(whole.subarray(at, at + size));
        at += size;
      }
      chunks.push(whole.subarray(at));
      expect(await read(chunks)).toEqual([
        { event: "entry", data: "žluťoučký 🚚", id: "1" },
        { event: "message", data: "a", id: "1" },
        { event: "message", data: "b", id: "1" },
        { event: "message", data: "c", id: "1" },
      ]);
    }),
  ));
