/**
 * LogService.GetFacets.
 */
import type {
  Facet as FacetMessage,
  GetFacetsRequest,
  GetFacetsResponse,
} from "../../../generated/server/argus/v1/log_service.ts";
import type { Facet } from "../../search/results.ts";
import type { Search } from "../../search/search.ts";
import { authorizeFor } from "../application/authorize-for.ts";
import type { RpcContext } from "../twirp/context.ts";
import { accountOf, askedOf } from "./asked.ts";

export function getFacets(deps: { search: Pick<Search, "getFacets"> }) {
  return async (ctx: RpcContext, request: GetFacetsRequest): Promise<GetFacetsResponse> => {
    const { appId } = await authorizeFor(ctx, "LogService/GetFacets", request.applicationId);
    const result = await deps.search.getFacets(
      {
        ...askedOf(appId, request),
        fields: request.fields,
        ...(request.values === 0 ? {} : { values: request.values }),
      },
      ctx.signal,
    );
    return {
      facets: result.facets.map(facetMessage),
      ...accountOf(result),
    };
  };
}

function facetMessage(facet: Facet): FacetMessage {
  return {
    field: facet.field,
    // The engine calls its columns of strings text.
    type: facet.type === "text" ? "string" : facet.type,
    entries: BigInt(facet.entries),
    present: BigInt(facet.present),
    distinct: BigInt(facet.distinct),
    values: facet.values.map(({ value, count }) => ({
      value: String(value),
      count: BigInt(count),
    })),
    approximate: facet.approximate,
  };
}
