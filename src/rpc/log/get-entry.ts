/**
 * LogService.GetEntry.
 */
import type {
  GetEntryRequest,
  GetEntryResponse,
} from "../../../generated/server/argus/v1/log_service.ts";
import type { Search } from "../../search/search.ts";
import { authorizeFor } from "../application/authorize-for.ts";
import type { RpcContext } from "../twirp/context.ts";
import { entryMessage } from "./messages.ts";

export function getEntry(deps: { search: Pick<Search, "getEntry"> }) {
  return async (ctx: RpcContext, request: GetEntryRequest): Promise<GetEntryResponse> => {
    const { appId } = await authorizeFor(ctx, "LogService/GetEntry", request.applicationId);
    return { entry: entryMessage(await deps.search.getEntry(appId, request.id, ctx.signal)) };
  };
}
