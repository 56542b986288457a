/**
 * LogService.GetContext. Invariant: what it answers ascends, as a reader reads it.
 */
import type {
  GetContextRequest,
  GetContextResponse,
} from "../../../generated/server/argus/v1/log_service.ts";
import type { Search } from "../../search/search.ts";
import { authorizeFor } from "../application/authorize-for.ts";
import type { RpcContext } from "../twirp/context.ts";
import { entryMessage } from "./messages.ts";

export function getContext(deps: { search: Pick<Search, "getContext"> }) {
  return async (ctx: RpcContext, request: GetContextRequest): Promise<GetContextResponse> => {
    const { appId } = await authorizeFor(ctx, "LogService/GetContext", request.applicationId);
    const result = await deps.search.getContext(
      {
        app: appId,
        id: request.id,
        before: request.before,
        after: request.after,
        sameService: request.sameService,
        sameHost: request.sameHost,
      },
      ctx.signal,
    );
    return {
      before: result.before.toReversed().map(entryMessage),
      entry: entryMessage(result.entry),
      after: result.after.map(entryMessage),
      partial: result.partial,
      partialReason: result.partialReason,
    };
  };
}
