/**
 * LogService.CompareWindows.
 */
import type {
  CompareWindowsRequest,
  CompareWindowsResponse,
  ValueDifference as DifferenceMessage,
  WindowCounts as WindowMessage,
} from "../../../generated/server/argus/v1/log_service.ts";
import type { ValueDifference, WindowCounts } from "../../search/results.ts";
import type { Search } from "../../search/search.ts";
import { authorizeFor } from "../application/authorize-for.ts";
import type { RpcContext } from "../twirp/context.ts";
import { askedOf, baselineOf } from "./asked.ts";
import { levelCountsMessage, statsMessage, warningMessage } from "./messages.ts";
import { timestampOfNanos } from "../twirp/timestamp.ts";

export function compareWindows(deps: { search: Pick<Search, "compareWindows"> }) {
  return async (
    ctx: RpcContext,
    request: CompareWindowsRequest,
  ): Promise<CompareWindowsResponse> => {
    const { appId } = await authorizeFor(ctx, "LogService/CompareWindows", request.applicationId);
    const result = await deps.search.compareWindows(
      {
        ...askedOf(appId, request),
        ...baselineOf(request),
        fields: request.fields,
        ...(request.limit === 0 ? {} : { limit: request.limit }),
      },
      ctx.signal,
    );
    return {
      window: windowMessage(result.window),
      baseline: windowMessage(result.baseline),
      differences: result.differences.map(differenceMessage),
      skippedFields: [...result.skippedFields],
      partial: result.partial,
      partialReason: result.partialReason,
      warnings: result.warnings.map(warningMessage),
      stats: statsMessage(result.stats),
    };
  };
}

function windowMessage(counts: WindowCounts): WindowMessage {
  return {
    startTime: timestampOfNanos(counts.startNanos),
    endTime: timestampOfNanos(counts.endNanos),
    entries: BigInt(counts.entries),
    levels: levelCountsMessage(counts.levels),
    ...(counts.coveredStartNanos === undefined
      ? {}
      : { coveredStartTime: timestampOfNanos(counts.coveredStartNanos) }),
  };
}

function differenceMessage(difference: ValueDifference): DifferenceMessage {
  const { count, baselineCount, value, ...rest } = difference;
  return {
    ...rest,
    value: String(value),
    count: BigInt(count),
    baselineCount: BigInt(baselineCount),
  };
}
