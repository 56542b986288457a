/**
 * Where a person is signed in, and the end of each.
 */
import { useSignal } from "@preact/signals";
import type { Session } from "../../../generated/client/argus/v1/auth_service.ts";
import { away } from "../connection.ts";
import { ActionTable } from "../parts/action-table.tsx";
import { Confirm } from "../parts/confirm.tsx";
import { FormProblem } from "../parts/form.tsx";
import { Loading } from "../parts/loading.tsx";
import { When } from "../parts/when.tsx";
import { manage } from "../manage.ts";
import { leave } from "../shell/pages.ts";
import { say } from "../shell/toasts.tsx";
import { useLoaded } from "../use-loaded.ts";
import { msOf, problemOf } from "../words.ts";
import { deviceText } from "./device.ts";

export function Sessions() {
  const sessions = useLoaded(
    async (signal) => (await manage.with({ signal }).auth.ListSessions({})).sessions,
    [],
  );
  const problem = useSignal("");
  const endingAll = useSignal(false);
  const all = (sessions.value ?? []).toSorted((a, b) => Number(b.current) - Number(a.current));
  const others = all.filter(({ current }) => !current);
  const end = async (ids: readonly string[]): Promise<void> => {
    for (const sessionId of ids) await manage.auth.RevokeSession({ sessionId });
    say(ids.length === 1 ? "The session has ended" : `${ids.length} sessions have ended`);
    sessions.reload();
  };
  const endOne = (session: Session): void => {
    problem.value = "";
    end([session.id]).catch((error: unknown) => {
      problem.value = problemOf(error);
      sessions.reload();
    });
  };
  const isAway = away.value !== undefined;
  return (
    <main class="page">
      <header class="page-head">
        <div>
          <h1>Sessions</h1>
          <p class="quiet">Where you are signed in. One that is not used for 30 days ends.</p>
        </div>
        {others.length > 1 && (
          <button
            type="button"
            disabled={isAway}
            title={isAway ? "Not connected" : undefined}
            onClick={() => (endingAll.value = true)}
          >
            End all others…
          </button>
        )}
      </header>
      <FormProblem text={problem.value} />
      <Loading of={sessions} />
      <ActionTable
        rows={all}
        keyOf={(one) => one.id}
        columns={[
          {
            head: "Device",
            cell: (one) => (
              <>
                <span>
                  <strong>{deviceText(one.device)}</strong>{" "}
                  {one.current && <span class="chip">this one</span>}
                </span>
                <span class="under">{one.device}</span>
              </>
            ),
          },
          { head: "Address", cell: (one) => one.address },
          { head: "Last seen", cell: (one) => <When ms={msOf(one.lastSeenAt)} /> },
          { head: "Since", cell: (one) => <When ms={msOf(one.createdAt)} /> },
        ]}
        actions={(one) => [
          one.current
            ? { name: "Sign out", label: "Sign out of this one", run: leave }
            : {
                name: "End",
                label: `End ${deviceText(one.device)} at ${one.address}`,
                tone: "danger",
                run: () => endOne(one),
              },
        ]}
      />
      {endingAll.value && (
        <Confirm
          title="End all other sessions"
          action="End them"
          doing="Ending…"
          onConfirm={() => end(others.map(({ id }) => id))}
          onClose={() => (endingAll.value = false)}
        >
          <p>{others.length} devices and programs have to sign in again.</p>
        </Confirm>
      )}
    </main>
  );
}
