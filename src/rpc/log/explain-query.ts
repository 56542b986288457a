/**
 * LogService.ExplainQuery.
 */
import type {
  ExplainQueryRequest,
  ExplainQueryResponse,
} from "../../../generated/server/argus/v1/log_service.ts";
import type { Search } from "../../search/search.ts";
import { authorizeFor } from "../application/authorize-for.ts";
import type { RpcContext } from "../twirp/context.ts";
import { accountOf, pageAskedOf } from "./asked.ts";
import { durationOfMs } from "./messages.ts";

export function explainQuery(deps: { search: Pick<Search, "explainQuery"> }) {
  return async (ctx: RpcContext, request: ExplainQueryRequest): Promise<ExplainQueryResponse> => {
    const { appId } = await authorizeFor(ctx, "LogService/ExplainQuery", request.applicationId);
    const explained = await deps.search.explainQuery(pageAskedOf(appId, request), ctx.signal);
    return {
      canonical: explained.canonical,
      stages: explained.stages.map((stage) => ({
        name: stage.name,
        text: stage.text,
        rowsIn: BigInt(stage.rowsIn),
        rowsOut: BigInt(stage.rowsOut),
        blocks: BigInt(stage.blocks),
        bytes: BigInt(stage.bytes),
        cpu: durationOfMs(stage.cpuMs),
        elapsed: durationOfMs(stage.elapsedMs),
      })),
      filters: explained.filters.map((filter) => ({
        query: filter.query,
        blocksPruned: BigInt(filter.blocksPruned),
        rowsIn: BigInt(filter.rowsIn),
        rowsOut: BigInt(filter.rowsOut),
        cpu: durationOfMs(filter.cpuMs),
      })),
      blocksOutside: BigInt(explained.blocksOutside),
      columns: explained.columns.map(({ name, blocks, bytes }) => ({
        name,
        blocks: BigInt(blocks),
        bytes: BigInt(bytes),
      })),
      ...accountOf(explained),
    };
  };
}
