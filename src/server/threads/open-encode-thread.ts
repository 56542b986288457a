/**
 * Starts the thread that encodes ticks. One is enough for two cores: the main thread and the store use the other.
 */
import { aloneInBuffer } from "../../domain/port-calls.ts";
import type { EncodedTick, EncodeTick } from "../../ingest/encode-tick.ts";
import { ownWorker } from "./owned-worker.ts";
import { callsOf } from "./worker-calls.ts";

/** Ingest has two commits under way; more is a bug of ours, and refused. */
const MOST_CALLS = 8;

/** `onEnd` is told when the thread ends by itself. */
export function openEncodeThread(
  onEnd: (error: Error) => void,
): { readonly encode: EncodeTick } & AsyncDisposable {
  const file = new URL("./encode-thread.ts", import.meta.url);
  const { worker, end } = ownWorker("encode", file, {}, onEnd);
  const calls = callsOf(worker, MOST_CALLS);
  return {
    encode: async (batches) => {
      const sent = batches.map((batch) => ({ ...batch, body: aloneInBuffer(batch.body) }));
      const buffers = sent.map(({ body }) => body.buffer);
      return (await calls.call("encode", sent, { give: buffers })) as EncodedTick;
    },
    [Symbol.asyncDispose]: () => end((one) => void one.terminate()),
  };
}
