/**
 * ApplicationService.GetUsage. Invariant: what is stored is the store's own sum; what was sent is what was counted.
 */
import type {
  GetUsageRequest,
  GetUsageResponse,
} from "../../../generated/server/argus/v1/application_service.ts";
import type { Applications } from "../../accounts/applications.ts";
import type { Usage } from "../../accounts/usage.ts";
import type { Clock } from "../../domain/clock.ts";
import { invalid } from "../../domain/fault.ts";
import type { AppId } from "../../domain/ids.ts";
import { bucketOfMs, DAY_MS, HOUR_MS, msOf } from "../../domain/time-range.ts";
import type { StoredUsage } from "../../storage/log-store.ts";
import { timestampOf, timestampOfNanos } from "../twirp/timestamp.ts";
import type { RpcContext } from "../twirp/context.ts";
import { authorizeFor } from "./authorize-for.ts";

const DEFAULT_DAYS = 31;
const MAX_DAYS = 366;

export function getUsage(deps: {
  applications: Applications;
  usage: Usage;
  stored: (app: AppId) => Promise<StoredUsage>;
  clock: Clock;
}) {
  const { clock } = deps;

  /**
   * Hours are deleted whole, when their last moment is older than the retention; some stores fix it when an hour begins.
   * @returns undefined: never.
   */
  function deletionMs(stored: StoredUsage, retentionDays: number): number | undefined {
    const { minTimeNanos, expiresMs = Infinity } = stored;
    if (minTimeNanos === undefined) return undefined;
    const endMs = (bucketOfMs(msOf(minTimeNanos)) + 1) * HOUR_MS;
    const floorMs = retentionDays === 0 ? Infinity : endMs + retentionDays * DAY_MS;
    const firstMs = Math.min(floorMs, expiresMs);
    return firstMs === Infinity ? undefined : Math.max(firstMs, clock.nowMs());
  }

  return async (ctx: RpcContext, request: GetUsageRequest): Promise<GetUsageResponse> => {
    const { appId } = await authorizeFor(ctx, "ApplicationService/GetUsage", request.applicationId);
    const { retentionDays } = await deps.applications.get(appId);
    if (request.days > MAX_DAYS) throw invalid("days", `must be ${MAX_DAYS} at most`);
    const days = request.days === 0 ? DEFAULT_DAYS : request.days;
    const [sent, stored] = await Promise.all([
      deps.usage.days(appId, clock.nowMs() - (days - 1) * DAY_MS),
      deps.stored(appId),
    ]);
    const { minTimeNanos: oldest, maxTimeNanos: newest } = stored;
    const nextMs = deletionMs(stored, retentionDays);
    return {
      days: sent.map(({ dayMs, entries, bytes }) => ({
        day: timestampOf(dayMs),
        entries: BigInt(entries),
        bytes: BigInt(bytes),
      })),
      storedEntries: BigInt(stored.rows),
      storedBytes: BigInt(stored.sizeBytes),
      ...(oldest === undefined ? {} : { oldestEntryTime: timestampOfNanos(oldest) }),
      ...(newest === undefined ? {} : { newestEntryTime: timestampOfNanos(newest) }),
      ...(nextMs === undefined ? {} : { nextDeletionTime: timestampOf(nextMs) }),
    };
  };
}
