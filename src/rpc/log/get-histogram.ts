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
import { accountOf, askedOf } from "./asked.ts";
import { durationOfNanos, levelCountsMessage } from "./messages.ts";
import { timestampOfNanos } from "../twirp/timestamp.ts";

export function getHistogram(deps: { search: Pick<Search, "getHistogram"> }) {
  return async (ctx: RpcContext, request: GetHistogramRequest): Promise<GetHistogramResponse> => {
    const { appId } = await authorizeFor(ctx, "LogService/GetHistogram", request.applicationId);
    const result = await deps.search.getHistogram(
      {
        ...askedOf(appId, request),
        ...(request.maxBuckets === 0 ? {} : { maxBuckets: request.maxBuckets }),
      },
      ctx.signal,
    );
    return {
      bucket: durationOfNanos(result.bucketNanos),
      buckets: result.buckets.map(bucketMessage),
      ...accountOf(result),
    };
  };
}

function bucketMessage({ startNanos, counts }: Bucket): HistogramBucket {
  return { start: timestampOfNanos(startNanos), counts: levelCountsMessage(counts) };
}
