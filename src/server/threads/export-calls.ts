/**
 * An export that runs in another thread.
 * Invariants: a chunk is made there when it is asked for, one ahead of what the reader has taken. One call lasts as long
 * as the export: its signal, which nothing refuses, ends an export that its reader left.
 */
import { FaultError } from "../../domain/fault.ts";
import { Moved, type PortCalls, type PortFunction } from "../../domain/port-calls.ts";
import type { ExportChunk } from "../../search/export/export.ts";
import type { ExportRequest } from "../../search/export/export-request.ts";
import type { Search } from "../../search/search.ts";

type Export = Search["export"];

/** What is answered where there is no such export: it never began there, or has ended. */
const GONE = "gone";
type Next = ExportChunk | "end" | typeof GONE;

interface OpenExport {
  readonly chunks: ReturnType<Export>;
  /** It has come to its end by itself. */
  readonly finish: () => void;
}

/** The thread's side. */
export function serveExports(run: Export): Readonly<Record<string, PortFunction>> {
  const open = new Map<number, OpenExport>();
  return {
    runExport: async ({ id, request }: { id: number; request: ExportRequest }, signal) => {
      const { promise: over, resolve: finish } = Promise.withResolvers<void>();
      const chunks = run(request, signal);
      open.set(id, { chunks, finish });
      signal.addEventListener("abort", () => finish(), { once: true });
      if (signal.aborted) finish();
      await over;
      open.delete(id);
      // What it throws now is what was asked for: to end.
      await chunks.return().catch(() => undefined);
    },
    nextOfExport: async (id: number): Promise<Next | Moved<Next>> => {
      const found = open.get(id);
      if (found === undefined) return GONE;
      try {
        const { value } = await found.chunks.next();
        if (value !== undefined) return new Moved(value, [value.lines.buffer]);
      } catch (error) {
        found.finish();
        throw error;
      }
      found.finish();
      return "end";
    },
  };
}

/** The caller's side. */
export function exportThrough({ call }: Pick<PortCalls, "call">): Export {
  let lastId = 0;
  return async function* (request, signal) {
    const id = ++lastId;
    const left = new AbortController();
    const running = call(
      "runExport",
      { id, request },
      { signal: AbortSignal.any([signal, left.signal]) },
    );
    // Told when the next chunk is asked for.
    running.catch(() => undefined);
    const next = (): Promise<Next> => {
      const asked = call("nextOfExport", id) as Promise<Next>;
      // Whoever leaves before it is there does not wait for it.
      asked.catch(() => undefined);
      return asked;
    };
    try {
      let ahead = next();
      for (let chunk = await ahead; chunk !== "end"; chunk = await ahead) {
        if (chunk === GONE) {
          await running;
          throw new FaultError({ kind: "canceled" });
        }
        ahead = next();
        yield chunk;
      }
    } finally {
      left.abort();
      // Its blocks are let go there; that it could not be asked to is said where it matters.
      await running.catch(() => undefined);
    }
  };
}
