/**
 * What the explorer shows, as it is given to others. Invariant: its times are fixed, so that it names the same entries
 * whenever it is asked.
 */
import type { SharedQuery } from "../../client/shell-commands.ts";
import type { LogsPlace } from "../logs-place.ts";
import { base } from "../paths.ts";
import { fixed, type Range } from "../time-range.ts";

export function sharedQuery(
  at: LogsPlace,
  applicationId: string,
  range: Range,
  zone: string,
): SharedQuery {
  return {
    url: `${location.origin}${base}`,
    app: at.app,
    applicationId,
    query: at.query,
    start: fixed(range.startMs),
    end: fixed(range.endMs),
    zone,
    ascending: at.order === "asc",
  };
}
