/**
 * LogService.ListFields.
 */
import type {
  ListFieldsRequest,
  ListFieldsResponse,
} from "../../../generated/server/argus/v1/log_service.ts";
import type { Search } from "../../search/search.ts";
import { authorizeFor } from "../application/authorize-for.ts";
import type { RpcContext } from "../twirp/context.ts";
import { rangeOf } from "./messages.ts";
import { pageOf } from "./page.ts";

export function listFields(deps: { search: Pick<Search, "listFields"> }) {
  return async (ctx: RpcContext, request: ListFieldsRequest): Promise<ListFieldsResponse> => {
    const { appId } = await authorizeFor(ctx, "LogService/ListFields", request.applicationId);
    const { fields, partial, partialReason } = await deps.search.listFields(
      { app: appId, prefix: request.prefix, ...rangeOf(request) },
      ctx.signal,
    );
    const { items, nextPageToken } = pageOf(fields, request);
    // The engine calls its columns of strings text.
    const named = items.map((field) =>
      field.type === "text" ? { ...field, type: "string" } : field,
    );
    return { fields: named, nextPageToken, partial, partialReason };
  };
}
