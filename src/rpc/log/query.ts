/**
 * LogService.Query.
 */
import type {
  QueryRequest,
  QueryResponse,
} from "../../../generated/server/argus/v1/log_service.ts";
import type { Search } from "../../search/search.ts";
import { authorizeFor } from "../application/authorize-for.ts";
import type { RpcContext } from "../twirp/context.ts";
import {
  coverageMessage,
  entryMessage,
  limitsOf,
  rangeOf,
  statsMessage,
  tableMessage,
  warningMessage,
} from "./messages.ts";

export function query(deps: { search: Pick<Search, "query"> }) {
  return async (ctx: RpcContext, request: QueryRequest): Promise<QueryResponse> => {
    const { appId } = await authorizeFor(ctx, "LogService/Query", request.applicationId);
    const result = await deps.search.query(
      {
        app: appId,
        query: request.query,
        ...rangeOf(request),
        ...(request.limit === 0 ? {} : { limit: request.limit }),
        cursor: request.cursor,
        ascending: request.ascending,
        ...(request.timeZone === "" ? {} : { timeZone: request.timeZone }),
        budget: limitsOf(request.budget),
      },
      ctx.signal,
    );
    return {
      entries: result.entries.map(entryMessage),
      ...(result.table === undefined ? {} : { table: tableMessage(result.table) }),
      nextCursor: result.nextCursor,
      ...coverageMessage(result),
      warnings: result.warnings.map(warningMessage),
      stats: statsMessage(result.stats),
    };
  };
}
