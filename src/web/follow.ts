/**
 * Reads the live tail. Invariant: resumes from the last position after a cut, with a back-off of 1 to 30 s,
 * until its signal aborts; an entry that came twice is given once.
 */
import type { LogEntry } from "../../generated/client/argus/v1/entry.ts";
import { LogEntry as LogEntryMessage } from "../../generated/client/argus/v1/entry.ts";
import { serverSentEvents } from "../client/server-sent-events.ts";
import { base } from "./paths.ts";
import { accessToken } from "./session.ts";

export interface Follow {
  readonly applicationId: string;
  readonly query: string;
  readonly signal: AbortSignal;
  readonly onEntry: (entry: LogEntry) => void;
  readonly onState?: (state: "live" | "reconnecting") => void;
}

export async function follow(what: Follow): Promise<void> {
  const seen = new Set<string>();
  let position = "";
  let waitMs = 1000;
  let refused: string | undefined;
  while (!what.signal.aborted) {
    try {
      const search = new URLSearchParams({ application_id: what.applicationId, query: what.query });
      const token = await accessToken(refused);
      const response = await fetch(`${base}/api/v1/tail?${search}`, {
        headers: {
          Authorization: `Bearer ${token}`,
          ...(position === "" ? {} : { "Last-Event-ID": position }),
        },
        signal: what.signal,
      });
      refused = response.status === 401 ? token : undefined;
      if (!response.ok || response.body === null)
        throw new Error(`the tail answered ${response.status}`);
      what.onState?.("live");
      waitMs = 1000;
      for await (const event of serverSentEvents(response.body)) {
        if (event.id !== "") position = event.id;
        if (event.event !== "entry") continue;
        const entry = LogEntryMessage.fromJSON(JSON.parse(event.data));
        if (seen.has(entry.id)) continue;
        seen.add(entry.id);
        if (seen.size > 20_000) seen.clear();
        what.onEntry(entry);
      }
    } catch {
      // The state says so, and the loop tries again.
    }
    if (what.signal.aborted) return;
    what.onState?.("reconnecting");
    await new Promise((resolve) => setTimeout(resolve, waitMs));
    waitMs = Math.min(30_000, waitMs * 2);
  }
}
