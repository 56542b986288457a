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
import {
  coverageMessage,
  durationOfMs,
  limitsOf,
  rangeOf,
  statsMessage,
  warningMessage,
} from "./messages.ts";

export function explainQuery(deps: { search: Pick<Search, "explainQuery"> }) {
  return async (ctx: RpcContext, request: ExplainQueryRequest): Promise<ExplainQueryResponse> => {
    const { appId } = await authorizeFor(ctx, "LogService/ExplainQuery", request.applicationId);
    const explained = await deps.search.explainQuery(
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
      ...coverageMessage(explained),
      warnings: explained.warnings.map(warningMessage),
      stats: statsMessage(explained.stats),
    };
  };
}
