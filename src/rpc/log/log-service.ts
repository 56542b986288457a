/**
 * LogService, put together. Invariant: every method is a file of its own.
 */
import {
  createLogServiceServer,
  type LogServiceTwirp,
} from "../../../generated/server/argus/v1/log_service.twirp.ts";
import type { Search } from "../../search/search.ts";
import type { RpcContext } from "../twirp/context.ts";
import type { RawHandler } from "../twirp/routes.ts";
import { compareWindows } from "./compare-windows.ts";
import { explainQuery } from "./explain-query.ts";
import { getContext } from "./get-context.ts";
import { getEntry } from "./get-entry.ts";
import { getFacets } from "./get-facets.ts";
import { getHistogram } from "./get-histogram.ts";
import { getPatterns } from "./get-patterns.ts";
import { listFieldValues } from "./list-field-values.ts";
import { listFields } from "./list-fields.ts";
import { query } from "./query.ts";
import { sendLogs, type SendLogsDeps } from "./send-logs.ts";
import { suggestQueries } from "./suggest-queries.ts";

export function logService(deps: { search: Omit<Search, "tail"> }) {
  const service: LogServiceTwirp<RpcContext> = {
    SendLogs: () => Promise.reject(new Error("SendLogs is answered from its raw body")),
    Query: query(deps),
    GetEntry: getEntry(deps),
    GetContext: getContext(deps),
    GetHistogram: getHistogram(deps),
    ListFields: listFields(deps),
    ListFieldValues: listFieldValues(deps),
    GetPatterns: getPatterns(deps),
    GetFacets: getFacets(deps),
    CompareWindows: compareWindows(deps),
    SuggestQueries: suggestQueries(deps),
    ExplainQuery: explainQuery(deps),
  };
  return createLogServiceServer<RpcContext>(service);
}

/** What the Twirp handler gives undecoded bodies to. */
export function rawLogMethods(deps: SendLogsDeps): Readonly<Record<string, RawHandler>> {
  return { "argus.v1.LogService/SendLogs": sendLogs(deps) };
}
