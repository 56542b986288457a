/**
 * LogService.GetPatterns.
 */
import type {
  GetPatternsRequest,
  GetPatternsResponse,
  Pattern,
} from "../../../generated/server/argus/v1/log_service.ts";
import type { MessagePattern } from "../../search/results.ts";
import type { Search } from "../../search/search.ts";
import { authorizeFor } from "../application/authorize-for.ts";
import type { RpcContext } from "../twirp/context.ts";
import { accountOf, askedOf, baselineOf } from "./asked.ts";
import { levelCountsMessage } from "./messages.ts";
import { timestampOfNanos } from "../twirp/timestamp.ts";

export function getPatterns(deps: { search: Pick<Search, "getPatterns"> }) {
  return async (ctx: RpcContext, request: GetPatternsRequest): Promise<GetPatternsResponse> => {
    const { appId } = await authorizeFor(ctx, "LogService/GetPatterns", request.applicationId);
    const result = await deps.search.getPatterns(
      {
        ...askedOf(appId, request),
        ...(request.limit === 0 ? {} : { limit: request.limit }),
        ...(request.parts === 0 ? {} : { parts: request.parts }),
        ...baselineOf(request),
      },
      ctx.signal,
    );
    return {
      patterns: result.patterns.map(patternMessage),
      entries: BigInt(result.entries),
      otherEntries: BigInt(result.otherEntries),
      approximate: result.approximate,
      ...(result.baseline === undefined
        ? { baselineEntries: 0n, baselinePartial: false }
        : {
            baselineEntries: BigInt(result.baseline.entries),
            baselinePartial: result.baseline.partial,
          }),
      gone: result.gone.map(patternMessage),
      ...accountOf(result),
    };
  };
}

function patternMessage(pattern: MessagePattern): Pattern {
  return {
    pattern: pattern.text,
    query: pattern.query,
    count: BigInt(pattern.count),
    share: pattern.share,
    counts: levelCountsMessage(pattern.counts),
    parts: pattern.parts.map(BigInt),
    service: pattern.service ?? "",
    manyServices: pattern.service === undefined,
    baselineCount: BigInt(pattern.baselineCount),
    firstTime: timestampOfNanos(pattern.firstNanos),
    lastTime: timestampOfNanos(pattern.lastNanos),
    exampleId: pattern.exampleId,
  };
}
