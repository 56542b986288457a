/**
 * LogService.ListFieldValues.
 */
import type {
  ListFieldValuesRequest,
  ListFieldValuesResponse,
} from "../../../generated/server/argus/v1/log_service.ts";
import type { Search } from "../../search/search.ts";
import { MAX_VALUES } from "../../search/field-lists.ts";
import { authorizeFor } from "../application/authorize-for.ts";
import type { RpcContext } from "../twirp/context.ts";
import { rangeOf } from "./messages.ts";
import { pageRequest } from "./page.ts";

export function listFieldValues(deps: { search: Pick<Search, "listFieldValues"> }) {
  return async (
    ctx: RpcContext,
    request: ListFieldValuesRequest,
  ): Promise<ListFieldValuesResponse> => {
    const { appId } = await authorizeFor(ctx, "LogService/ListFieldValues", request.applicationId);
    const { size, from } = pageRequest(request);
    const { values, partial, partialReason } = await deps.search.listFieldValues(
      {
        app: appId,
        field: request.field,
        prefix: request.prefix,
        query: request.query,
        ...rangeOf(request),
        limit: Math.min(from + size + 1, MAX_VALUES),
      },
      ctx.signal,
    );
    return {
      values: values
        .slice(from, from + size)
        .map(({ value, count }) => ({ value: String(value), count: BigInt(count) })),
      nextPageToken: values.length > from + size ? String(from + size) : "",
      partial,
      partialReason,
    };
  };
}
