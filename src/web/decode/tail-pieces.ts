/**
 * What pieces of the tail's stream say.
 * Invariant: a piece says all of the events that ended in it, in their order, and the position behind the last of them.
 */
import { LogEntry as LogEntryShape } from "../../../generated/client/argus/v1/entry.shapes.ts";
import type { LogEntry } from "../../../generated/client/argus/v1/entry.ts";
import { messageOfJson } from "../../client/json-message.ts";
import { eventReader } from "../../client/server-sent-events.ts";

/** Entries that came one after the other, or why some may be missing between those before and those after. */
export type TailPart<Entries> =
  | { readonly kind: "entries"; readonly entries: Entries }
  | { readonly kind: "dropped"; readonly reason: string };

export interface TailPiece<Entries = readonly LogEntry[]> {
  /** "" while there is none. */
  readonly position: string;
  readonly parts: readonly TailPart<Entries>[];
}

export type ReadTail = (body: AsyncIterable<Uint8Array>) => AsyncIterable<TailPiece>;

/** @returns what reads the pieces of one stream. */
export function pieceReader(): (chunk: Uint8Array) => TailPiece {
  const read = eventReader();
  let position = "";
  return (chunk) => {
    const parts: TailPart<LogEntry[]>[] = [];
    for (const { event, data, id } of read(chunk)) {
      if (id !== "") position = id;
      if (event === "dropped") parts.push({ kind: "dropped", reason: reasonIn(data) });
      if (event !== "entry") continue;
      const entry = messageOfJson(LogEntryShape, JSON.parse(data)) as LogEntry;
      const last = parts.at(-1);
      if (last?.kind === "entries") last.entries.push(entry);
      else parts.push({ kind: "entries", entries: [entry] });
    }
    return { position, parts };
  };
}

/** Reads them in this thread. */
export async function* tailPieces(
  body: AsyncIterable<Uint8Array>,
): AsyncGenerator<TailPiece, void, undefined> {
  const read = pieceReader();
  for await (const chunk of body) yield read(chunk);
}

function reasonIn(data: string): string {
  try {
    const { reason } = JSON.parse(data) as { reason?: unknown };
    if (typeof reason === "string") return reason;
  } catch {
    // Told without.
  }
  return "";
}
