/**
 * LogService.GetHistogram.
 */
import type {
  GetHistogramRequest,
  GetHistogramResponse,
  HistogramBucket,
} from "../../../generated/server/argus/v1/log_service.ts";
import type { HistogramBucket as Bucket } from "../../search/results.ts";
import type { Search } from "../../search/search.ts";
import { authorizeFor } from "../application/authorize-for.ts";
import type { RpcContext } from "../twirp/context.ts";
import {
  coverageMessage,
  durationOfNanos,
  levelCountsMessage,
  limitsOf,
  rangeOf,
  statsMessage,
  timestampOfNanos,
  warningMessage,
} from "./messages.ts";

export function getHistogram(deps: { search: Pick<Search, "getHistogram"> }) {
  return async (ctx: RpcContext, request: GetHistogramRequest): Promise<GetHistogramResponse> => {
    const { appId } = await authorizeFor(ctx, "LogService/GetHistogram", request.applicationId);
    const result = await deps.search.getHistogram(
      {
        app: appId,
        query: request.query,
        ...rangeOf(request),
        ...(request.maxBuckets === 0 ? {} : { maxBuckets: request.maxBuckets }),
        ...(request.timeZone === "" ? {} : { timeZone: request.timeZone }),
        budget: limitsOf(request.budget),
      },
      ctx.signal,
    );
    return {
      bucket: durationOfNanos(result.bucketNanos),
      buckets: result.buckets.map(bucketMessage),
      ...coverageMessage(result),
      warnings: result.warnings.map(warningMessage),
      stats: statsMessage(result.stats),
    };
  };
}

function bucketMessage({ startNanos, counts }: Bucket): HistogramBucket {
  return { start: timestampOfNanos(startNanos), counts: levelCountsMessage(counts) };
}
