/**
 * Entry point of the thread that reads what the server sends.
 * Invariant: each message is answered once, in the order they came.
 */
import { QueryResponse as QueryResponseShape } from "../../../generated/client/argus/v1/log_service.shapes.ts";
import type { QueryResponse } from "../../../generated/client/argus/v1/log_service.ts";
import { messageOfJson } from "../../client/json-message.ts";
import { columnsOf, type EntryColumns } from "./entry-columns.ts";
import { pieceReader, type TailPart, type TailPiece } from "./tail-pieces.ts";

/** What is to be read. */
export type Task =
  /** An answer to a query, as JSON. */
  | { readonly kind: "page"; readonly bytes: ArrayBuffer }
  /** Of the stream of a tail. */
  | { readonly kind: "chunk"; readonly stream: number; readonly chunk: Uint8Array }
  | { readonly kind: "end"; readonly stream: number };

/** What was in it. */
export interface Page {
  readonly answer: QueryResponse;
  readonly entries: EntryColumns;
}
export type Piece = TailPiece<EntryColumns>;

export type Done =
  | { readonly id: number; readonly value: Page | Piece | undefined }
  | { readonly id: number; readonly problem: string };

const streams = new Map<number, ReturnType<typeof pieceReader>>();

addEventListener("message", ({ data: { id, task } }: MessageEvent<{ id: number; task: Task }>) => {
  let done: Done;
  try {
    done = { id, value: read(task) };
  } catch (error) {
    done = { id, problem: String(error) };
  }
  postMessage(done);
});

function read(task: Task): Page | Piece | undefined {
  if (task.kind === "page") {
    const json: unknown = JSON.parse(new TextDecoder().decode(task.bytes));
    const answer = messageOfJson(QueryResponseShape, json) as QueryResponse;
    return { answer: { ...answer, entries: [] }, entries: columnsOf(answer.entries) };
  }
  if (task.kind === "end") {
    streams.delete(task.stream);
    return undefined;
  }
  let reader = streams.get(task.stream);
  if (reader === undefined) streams.set(task.stream, (reader = pieceReader()));
  const { position, parts } = reader(task.chunk);
  return {
    position,
    parts: parts.map((part): TailPart<EntryColumns> =>
      part.kind === "entries" ? { ...part, entries: columnsOf(part.entries) } : part,
    ),
  };
}
