/**
 * Links to what is shown, for other people: they name the same entries whenever they are opened.
 */
import { copyText } from "../copy.ts";
import type { LogsPlace } from "../logs-place.ts";
import { base, pathOf } from "../paths.ts";
import { say } from "../shell/toasts.tsx";
import { fixed, type Range } from "../time-range.ts";

export function copyEntryLink(app: string, id: string): void {
  const link = `${location.origin}${base}/a/${encodeURIComponent(app)}/e/${id}`;
  void copyText(link).then(() => say("Link copied"));
}

export function copyShareLink(at: LogsPlace, { startMs, endMs }: Range): void {
  const link = pathOf({ ...at, from: fixed(startMs), to: fixed(endMs), live: false });
  void copyText(`${location.origin}${link}`).then(() => say("Link copied, with the time fixed"));
}
