/**
 * What the requests of the read side have in common, as it takes them, and what their answers have.
 * Invariant: what a request leaves out is left out.
 */
import type {
  QueryRequest as QueryMessage,
  QueryStats,
  QueryWarning,
} from "../../../generated/server/argus/v1/log_service.ts";
import type { Duration } from "../../../generated/server/google/protobuf/duration.ts";
import type { Timestamp } from "../../../generated/server/google/protobuf/timestamp.ts";
import type { AppId } from "../../domain/ids.ts";
import type {
  Coverage,
  QueryLimits,
  QueryRequest,
  QueryStats as Stats,
  QueryWarning as Warning,
} from "../../search/results.ts";
import { coverageMessage, limitsOf, rangeOf, statsMessage, warningMessage } from "./messages.ts";
import { nanosOfTimestamp } from "../twirp/timestamp.ts";

interface AskedMessage {
  readonly query: string;
  readonly startTime?: Timestamp;
  readonly endTime?: Timestamp;
  readonly timeZone: string;
  readonly budget?: { rows: bigint; bytes: bigint; time?: Duration };
}

/** Throws `invalid`. */
export function askedOf(
  app: AppId,
  request: AskedMessage,
): {
  app: AppId;
  query: string;
  startNanos?: bigint;
  endNanos?: bigint;
  timeZone?: string;
  budget: QueryLimits;
} {
  const { query, timeZone } = request;
  return {
    app,
    query,
    ...rangeOf(request),
    ...(timeZone === "" ? {} : { timeZone }),
    budget: limitsOf(request.budget),
  };
}

/** Of a query, to be run or explained. Throws `invalid`. */
export function pageAskedOf(
  app: AppId,
  request: AskedMessage & Pick<QueryMessage, "limit" | "cursor" | "ascending">,
): QueryRequest {
  const { limit, cursor, ascending } = request;
  return { ...askedOf(app, request), ...(limit === 0 ? {} : { limit }), cursor, ascending };
}

/** The window that another one is compared with. Throws `invalid`. */
export function baselineOf(request: {
  baselineStartTime?: Timestamp;
  baselineEndTime?: Timestamp;
}): {
  baselineStartNanos?: bigint;
  baselineEndNanos?: bigint;
} {
  const baselineStartNanos = nanosOfTimestamp(request.baselineStartTime, "baseline_start_time");
  const baselineEndNanos = nanosOfTimestamp(request.baselineEndTime, "baseline_end_time");
  return {
    ...(baselineStartNanos === undefined ? {} : { baselineStartNanos }),
    ...(baselineEndNanos === undefined ? {} : { baselineEndNanos }),
  };
}

/** How much of the range an answer speaks of, what it warns of and what it took. */
export function accountOf(
  result: Coverage & { readonly warnings: readonly Warning[]; readonly stats: Stats },
): ReturnType<typeof coverageMessage> & { warnings: QueryWarning[]; stats: QueryStats } {
  return {
    ...coverageMessage(result),
    warnings: result.warnings.map(warningMessage),
    stats: statsMessage(result.stats),
  };
}
