/**
 * Who changed what, newest first, a page at a time.
 */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { AuditEvent } from "../../../generated/client/argus/v1/application_service.ts";
import { returns } from "../connection.ts";
import { msOf, problemOf } from "../words.ts";
import { FormProblem } from "./form.tsx";
import { exactText } from "./when.tsx";

export interface AuditPage {
  readonly events: readonly AuditEvent[];
  readonly nextPageToken: string;
}

/** @param props.of names what is listed: with another one the list begins anew. */
export function AuditTable(props: {
  of: string;
  read: (pageToken: string, signal: AbortSignal) => Promise<AuditPage>;
}) {
  const events = useSignal<readonly AuditEvent[] | undefined>(undefined);
  const next = useSignal("");
  const busy = useSignal(false);
  const problem = useSignal("");
  const load = async (pageToken: string, signal: AbortSignal): Promise<void> => {
    busy.value = true;
    problem.value = "";
    try {
      const answer = await props.read(pageToken, signal);
      if (signal.aborted) return;
      events.value = pageToken === "" ? answer.events : [...(events.value ?? []), ...answer.events];
      next.value = answer.nextPageToken;
    } catch (error) {
      if (!signal.aborted) problem.value = problemOf(error);
    } finally {
      if (!signal.aborted) busy.value = false;
    }
  };
  useEffect(() => {
    const stop = new AbortController();
    void load("", stop.signal);
    return () => stop.abort();
  }, [props.of, returns.value]);
  return (
    <>
      <FormProblem text={problem.value} />
      {events.value?.length === 0 && <p class="quiet">Nothing was changed in the last year.</p>}
      {events.value !== undefined && events.value.length > 0 && (
        <div class="scroll">
          <table class="stacks">
            <thead>
              <tr>
                <th>When</th>
                <th>Who</th>
                <th>What</th>
                <th>From</th>
              </tr>
            </thead>
            <tbody>
              {events.value.map((event) => (
                <tr key={event.id}>
                  <td data-head="When" class="mono">
                    {exactText(msOf(event.time))}
                  </td>
                  <td data-head="Who">{event.actorEmail === "" ? "nobody" : event.actorEmail}</td>
                  <td data-head="What">
                    <strong>{wordsOf(event.action)}</strong>
                    <span class="under mono">{detailsOf(event)}</span>
                  </td>
                  <td data-head="From">
                    {event.address}
                    <span class="under">{event.device}</span>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {next.value !== "" && (
        <button
          type="button"
          class="more"
          disabled={busy.value}
          onClick={() => void load(next.value, new AbortController().signal)}
        >
          {busy.value ? "Reading…" : "Older events"}
        </button>
      )}
      {events.value === undefined && problem.value === "" && (
        <div class="ghost-rows" aria-busy="true">
          <span />
          <span />
          <span />
        </div>
      )}
    </>
  );
}

const WORDS: Readonly<Record<string, string>> = {
  "application.create": "made the application",
  "application.update": "changed the application",
  "application.delete": "deleted the application",
  "member.add": "added a member",
  "member.invite": "invited",
  "member.update": "changed a role",
  "member.remove": "removed a member",
  "api_key.create": "made an API key",
  "api_key.rotate": "rotated an API key",
  "api_key.revoke": "revoked an API key",
  "user.set_up": "became the owner",
  "user.invite": "invited a user",
  "user.join": "joined",
  "user.update": "changed a user",
  "user.disable": "disabled a user",
  "user.enable": "enabled a user",
  "user.reset_link": "made a reset link",
  "password.change": "changed their password",
  "password.reset": "reset their password",
  "session.start": "signed in",
  "session.end": "signed out",
  "session.reuse": "used an old refresh token: the session ended",
};

/** Later versions of the server know more: their own word then. */
function wordsOf(action: string): string {
  return WORDS[action] ?? action;
}

function detailsOf({ target, details }: AuditEvent): string {
  return [target, ...Object.entries(details).map(([name, value]) => `${name}=${value}`)]
    .filter((part) => part !== "")
    .join(" ");
}
