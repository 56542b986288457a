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
import { accountOf, pageAskedOf } from "./asked.ts";
import { entryMessage, tableMessage } from "./messages.ts";

export function query(deps: { search: Pick<Search, "query"> }) {
  return async (ctx: RpcContext, request: QueryRequest): Promise<QueryResponse> => {
    const { appId } = await authorizeFor(ctx, "LogService/Query", request.applicationId);
    const result = await deps.search.query(pageAskedOf(appId, request), ctx.signal);
    return {
      entries: result.entries.map(entryMessage),
      ...(result.table === undefined ? {} : { table: tableMessage(result.table) }),
      nextCursor: result.nextCursor,
      ...accountOf(result),
    };
  };
}
