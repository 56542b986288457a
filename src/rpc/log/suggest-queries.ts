/**
 * LogService.SuggestQueries.
 */
import type {
  SuggestQueriesRequest,
  SuggestQueriesResponse,
  Suggestion as Message,
} from "../../../generated/server/argus/v1/log_service.ts";
import type { Suggestion } from "../../search/results.ts";
import type { Search } from "../../search/search.ts";
import { authorizeFor } from "../application/authorize-for.ts";
import type { RpcContext } from "../twirp/context.ts";
import { askedOf } from "./asked.ts";
import { statsMessage } from "./messages.ts";
import { timestampOfNanos } from "../twirp/timestamp.ts";

export function suggestQueries(deps: { search: Pick<Search, "suggestQueries"> }) {
  return async (
    ctx: RpcContext,
    request: SuggestQueriesRequest,
  ): Promise<SuggestQueriesResponse> => {
    const { appId } = await authorizeFor(ctx, "LogService/SuggestQueries", request.applicationId);
    const result = await deps.search.suggestQueries(
      {
        ...askedOf(appId, request),
      },
      ctx.signal,
    );
    const { newestNanos } = result;
    return {
      count: BigInt(result.count),
      suggestions: result.suggestions.map(suggestionMessage),
      ...(newestNanos === undefined ? {} : { newestMatchTime: timestampOfNanos(newestNanos) }),
      partial: result.partial,
      partialReason: result.partialReason,
      stats: statsMessage(result.stats),
    };
  };
}

function suggestionMessage({ kind, query, range, reason, count, exact }: Suggestion): Message {
  return {
    kind,
    query,
    ...(range === undefined ? {} : { startTime: timestampOfNanos(range.startNanos) }),
    ...(range?.endNanos === undefined ? {} : { endTime: timestampOfNanos(range.endNanos) }),
    reason,
    count: BigInt(count),
    countExact: exact,
  };
}
