/**
 * An export that runs in another thread.
 * Invariants: a chunk is made there when it is asked for, one ahead of what the reader has taken; an export that its
 * reader left ends there, too.
 */
import { Moved, type PortCalls, type PortFunction } from "../../domain/port-calls.ts";
import type { ExportChunk, ExportRequest } from "../../search/export.ts";
import type { Search } from "../../search/search.ts";

type Export = Search["export"];

/** The thread's side. */
export function serveExports(run: Export): Readonly<Record<string, PortFunction>> {
  const open = new Map<number, { chunks: ReturnType<Export>; stop: AbortController }>();
  let lastId = 0;
  return {
    beginExport: (request: ExportRequest) => {
      const stop = new AbortController();
      const id = ++lastId;
      open.set(id, { chunks: run(request, stop.signal), stop });
      return Promise.resolve(id);
    },
    nextOfExport: async (id: number, signal) => {
      const found = open.get(id);
      if (found === undefined) return undefined;
      const { chunks, stop } = found;
      const onAbort = (): void => stop.abort();
      if (signal.aborted) onAbort();
      signal.addEventListener("abort", onAbort, { once: true });
      try {
        const { value } = await chunks.next();
        return value === undefined ? undefined : new Moved(value, [value.lines.buffer]);
      } finally {
        signal.removeEventListener("abort", onAbort);
      }
    },
    endExport: async (id: number) => {
      const found = open.get(id);
      open.delete(id);
      found?.stop.abort();
      await found?.chunks.return();
    },
  };
}

/** The caller's side. */
export function exportThrough({ call }: Pick<PortCalls, "call">): Export {
  return async function* (request, signal) {
    const id = await call("beginExport", request);
    const next = (): Promise<ExportChunk | undefined> => {
      const asked = call("nextOfExport", id, { signal }) as Promise<ExportChunk | undefined>;
      // Whoever leaves before it is there does not wait for it.
      asked.catch(() => undefined);
      return asked;
    };
    try {
      let ahead = next();
      for (let chunk = await ahead; chunk !== undefined; chunk = await ahead) {
        ahead = next();
        yield chunk;
      }
    } finally {
      await call("endExport", id);
    }
  };
}
