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

/** On each side, where neither is asked for. */
const DEFAULT_AROUND = 10;

export function getContext(deps: { search: Pick<Search, "getContext"> }) {
  return async (ctx: RpcContext, request: GetContextRequest): Promise<GetContextResponse> => {
    const { appId } = await authorizeFor(ctx, "LogService/GetContext", request.applicationId);
    const isUnsaid = request.before === 0 && request.after === 0;
    const result = await deps.search.getContext(
      {
        app: appId,
        id: request.id,
        before: isUnsaid ? DEFAULT_AROUND : request.before,
        after: isUnsaid ? DEFAULT_AROUND : request.after,
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
