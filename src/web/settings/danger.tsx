/**
 * Deletes an application with all of its logs. Its name has to be typed.
 */
import { useSignal } from "@preact/signals";
import type { Application } from "../../../generated/client/argus/v1/application_service.ts";
import { away } from "../connection.ts";
import { logsOf } from "../logs-place.ts";
import { Confirm } from "../parts/confirm.tsx";
import { StatusLine } from "../parts/status-line.tsx";
import { go } from "../route.ts";
import { manage } from "../manage.ts";
import { loadApplications, user } from "../session.ts";
import { say } from "../shell/toasts.tsx";
import { useLoaded } from "../use-loaded.ts";
import { bytesText, countText, roleText } from "../words.ts";
import { isOwner, NotYours } from "./roles.tsx";

export function Danger({ application }: { application: Application }) {
  const asked = useSignal(false);
  const may = isOwner(application) || user.value?.instanceAdmin === true;
  const usage = useLoaded(
    (signal) =>
      manage.with({ signal }).applications.GetUsage({ applicationId: application.id, days: 1 }),
    [application.id],
  );
  const holds =
    usage.value === undefined
      ? "all of its logs"
      : `${countText(Number(usage.value.storedEntries), "entry", "entries")}, ${bytesText(Number(usage.value.storedBytes))}`;
  const remove = async (): Promise<void> => {
    await manage.applications.DeleteApplication({
      applicationId: application.id,
      confirmName: application.name,
    });
    say(`${application.name} is deleted`);
    const [first] = await loadApplications();
    go(first === undefined ? { screen: "home" } : logsOf(first.name), "replace");
  };
  return (
    <>
      <main class="page">
        <h1>Danger zone</h1>
        {may ? (
          <section class="danger-box">
            <div>
              <h2>Delete {application.name}</h2>
              <p>
                Deletes {holds}, its members and its keys, for good. Programs that send to it are
                refused at once.
              </p>
            </div>
            <button
              type="button"
              class="danger outlined"
              disabled={away.value !== undefined}
              title={away.value === undefined ? undefined : "Not connected"}
              onClick={() => (asked.value = true)}
            >
              Delete the application…
            </button>
          </section>
        ) : (
          <NotYours application={application} who="Owners" what="may delete it" />
        )}
      </main>
      <StatusLine left={[application.title]} right={[roleText(application.role)]} />
      {asked.value && (
        <Confirm
          title={`Delete ${application.name}`}
          action="Delete it for good"
          doing="Deleting…"
          typed={application.name}
          onConfirm={remove}
          onClose={() => (asked.value = false)}
        >
          <p>This deletes {holds}. It cannot be undone.</p>
        </Confirm>
      )}
    </>
  );
}
