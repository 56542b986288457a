/**
 * Starts the thread that encodes ticks. One is enough for two cores: the main thread and the store use the other.
 */
import type { EncodedTick, EncodeTick } from "../../ingest/encode-tick.ts";
import { ownWorker } from "./owned-worker.ts";
import { connectCalls } from "./thread-calls.ts";

/** Ingest has two commits under way; more is a bug of ours, and refused. */
const MOST_CALLS = 8;

/** `onEnd` is told when the thread ends by itself. */
export function openEncodeThread(
  onEnd: (error: Error) => void,
): { readonly encode: EncodeTick } & AsyncDisposable {
  const file = new URL("./encode-thread.ts", import.meta.url);
  const { worker, end } = ownWorker("encode", file, {}, onEnd);
  const calls = connectCalls(worker, MOST_CALLS);
  return {
    encode: async (batches) => {
      const sent = batches.map((batch) => ({ ...batch, body: whole(batch.body) }));
      const buffers = sent.map(({ body }) => body.buffer);
      return (await calls.call("encode", sent, { give: buffers })) as EncodedTick;
    },
    [Symbol.asyncDispose]: () => end((one) => void one.terminate()),
  };
}

/** A message takes all of a view's buffer along: a view of a part (small bodies lie in a pool) is copied out first. */
function whole(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer } = bytes;
  return buffer instanceof ArrayBuffer && buffer.byteLength === bytes.byteLength
    ? new Uint8Array(buffer)
    : Uint8Array.from(bytes);
}
