/**
 * Thread that turns raw bodies into L0 blocks. A bug met on the way is part of the answer: the main thread logs it.
 */
import { parentPort } from "node:worker_threads";
import { giveBack } from "../../domain/give-back.ts";
import { Moved, serveCalls } from "../../domain/port-calls.ts";
import type { RawBatch } from "../../ingest/raw-batch.ts";
import { createEncoder } from "../encoder.ts";

if (parentPort === null) throw new Error("this file is a thread's, not a program's");
const encode = createEncoder();
serveCalls(parentPort, {
  encode: (batches: readonly RawBatch[]) => {
    const encoded = encode(batches);
    giveBack(...batches.map(({ body }) => body));
    const buffers = encoded.rows.map((row) => row.bytes.buffer as ArrayBuffer);
    return Promise.resolve(new Moved(encoded, [...new Set(buffers)]));
  },
});
