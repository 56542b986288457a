/**
 * The thread that reads what the server sends, from the page's side.
 * Invariants: one chunk of a stream is under way at a time, so that the stream waits for its reader; what the thread cannot
 * do because it could not be had, or has ended, is done here.
 */
import { QueryResponse as QueryResponseShape } from "../../../generated/client/argus/v1/log_service.shapes.ts";
import type { LogEntry } from "../../../generated/client/argus/v1/entry.ts";
import type { Decode } from "../../client/json-service.ts";
import { messageOfJson } from "../../client/json-message.ts";
import type { Done, Page, Piece, Task } from "./decode-worker.ts";
import { entriesOf } from "./entry-columns.ts";
import { type ReadTail, type TailPart, tailPieces, type TailPiece } from "./tail-pieces.ts";

/** Less is read sooner than it is handed over. */
const LEAST_BYTES = 16 * 1024;

export interface Decoder {
  readonly decode: Decode;
  readonly readTail: ReadTail;
}

export function startDecoder(): Decoder {
  const worker = new Worker(new URL("./decode-worker.ts", import.meta.url), { type: "module" });
  const waiting = new Map<number, PromiseWithResolvers<Page | Piece | undefined>>();
  let isDead = false;
  let ids = 0;
  let streams = 0;
  worker.addEventListener("message", ({ data }: MessageEvent<Done>) => {
    const asked = waiting.get(data.id);
    waiting.delete(data.id);
    if ("problem" in data) asked?.reject(new TypeError(data.problem));
    else asked?.resolve(data.value);
  });
  const end = (): void => {
    isDead = true;
    for (const asked of waiting.values()) asked.reject(new Error("the reading thread has ended"));
    waiting.clear();
  };
  worker.addEventListener("error", end);
  worker.addEventListener("messageerror", end);
  const ask = (task: Task): Promise<Page | Piece | undefined> => {
    const id = ids++;
    const asked = Promise.withResolvers<Page | Piece | undefined>();
    waiting.set(id, asked);
    worker.postMessage({ id, task });
    return asked.promise;
  };

  return {
    async decode(shape, response) {
      const bytes = await response.arrayBuffer();
      if (!isDead && shape === QueryResponseShape && bytes.byteLength >= LEAST_BYTES)
        try {
          const { answer, entries } = (await ask({ kind: "page", bytes })) as Page;
          return { ...answer, entries: entriesOf(entries) };
        } catch (error) {
          if (!isDead) throw error;
        }
      return messageOfJson(shape, JSON.parse(new TextDecoder().decode(bytes)));
    },
    async *readTail(body) {
      if (isDead) return yield* tailPieces(body);
      const stream = streams++;
      try {
        for await (const chunk of body)
          yield whole((await ask({ kind: "chunk", stream, chunk })) as Piece);
      } finally {
        if (!isDead) worker.postMessage({ id: ids++, task: { kind: "end", stream } });
      }
    },
  };
}

function whole({ position, parts }: Piece): TailPiece {
  return {
    position,
    parts: parts.map((part): TailPart<readonly LogEntry[]> =>
      part.kind === "entries" ? { ...part, entries: entriesOf(part.entries) } : part,
    ),
  };
}
