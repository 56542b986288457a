/**
 * Thread that answers queries: from its own read-only connection to the embedded store, or through the store's thread.
 */
import { parentPort, workerData } from "node:worker_threads";
import { serveCalls } from "../../domain/port-calls.ts";
import type { AppId } from "../../domain/ids.ts";
import type { ReceivedRequest } from "../../search/received.ts";
import type {
  CompareRequest,
  ContextRequest,
  FacetsRequest,
  FieldsRequest,
  FieldValuesRequest,
  HistogramRequest,
  PatternsRequest,
  QueryRequest,
  SuggestionsRequest,
} from "../../search/results.ts";
import { createSearch } from "../../search/search.ts";
import { engineOpener } from "../../search/engine-opener.ts";
import { connectStore } from "../../storage/remote-store.ts";
import { openSqliteReader } from "../../storage/sqlite/open-reader.ts";
import { systemClock, threadCpuMs } from "../system-clock.ts";
import { serveExports } from "./export-calls.ts";
import type { SearchThreadStart } from "./open-search-thread.ts";

if (parentPort === null) throw new Error("this file is a thread's, not a program's");
const start = workerData as SearchThreadStart;
const store =
  start.kind === "folder" ? openSqliteReader(start.folder) : connectStore(start.port).logs;
const search = createSearch({
  store,
  opener: engineOpener,
  clock: systemClock,
  cpuMs: threadCpuMs,
});
serveCalls(parentPort, {
  query: (request: QueryRequest, signal) => search.query(request, signal),
  explainQuery: (request: QueryRequest, signal) => search.explainQuery(request, signal),
  getEntry: ({ app, id }: { app: AppId; id: string }, signal) => search.getEntry(app, id, signal),
  getContext: (request: ContextRequest, signal) => search.getContext(request, signal),
  getHistogram: (request: HistogramRequest, signal) => search.getHistogram(request, signal),
  getPatterns: (request: PatternsRequest, signal) => search.getPatterns(request, signal),
  suggestQueries: (request: SuggestionsRequest, signal) => search.suggestQueries(request, signal),
  listFields: (request: FieldsRequest, signal) => search.listFields(request, signal),
  listFieldValues: (request: FieldValuesRequest, signal) => search.listFieldValues(request, signal),
  getFacets: (request: FacetsRequest, signal) => search.getFacets(request, signal),
  compareWindows: (request: CompareRequest, signal) => search.compareWindows(request, signal),
  received: (request: ReceivedRequest, signal) => search.received(request, signal),
  ...serveExports((request, signal) => search.export(request, signal)),
});
