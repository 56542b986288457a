/**
 * Starts the thread that encodes ticks. One is enough for two cores: the main thread and the store use the other.
 */
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { EncodedTick, EncodeTick } from "../../ingest/encode-tick.ts";
import { connectCalls } from "./thread-calls.ts";

export function openEncodeThread(): { readonly encode: EncodeTick } & AsyncDisposable {
  const worker = new Worker(new URL("./encode-thread.ts", import.meta.url));
  const calls = connectCalls(worker);
  return {
    encode: async (batches) => {
      const sent = batches.map((batch) => ({ ...batch, body: whole(batch.body) }));
      const buffers = sent.map(({ body }) => body.buffer);
      return (await calls.call("encode", sent, { give: buffers })) as EncodedTick;
    },
    async [Symbol.asyncDispose]() {
      const exited = once(worker, "exit");
      await worker.terminate();
      await exited;
    },
  };
}

/** A message takes all of a view's buffer along: a view of a part (small bodies lie in a pool) is copied out first. */
function whole(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer } = bytes;
  return buffer instanceof ArrayBuffer && buffer.byteLength === bytes.byteLength
    ? new Uint8Array(buffer)
    : Uint8Array.from(bytes);
}
