/**
 * All applications of the instance. An admin reads the logs of one only as its member: joining is in its audit log.
 */
import { useSignal } from "@preact/signals";
import type { Application } from "../../../generated/client/argus/v1/application_service.ts";
import { Role } from "../../../generated/client/argus/v1/application_service.shapes.ts";
import { logsOf } from "../logs-place.ts";
import { type Action, ActionTable } from "../parts/action-table.tsx";
import { Confirm } from "../parts/confirm.tsx";
import { Loading } from "../parts/loading.tsx";
import { StatusLine } from "../parts/status-line.tsx";
import { dayText, exactText } from "../parts/when.tsx";
import { pathOf } from "../paths.ts";
import { manage } from "../manage.ts";
import { loadApplications, user } from "../session.ts";
import { Square } from "../shell/switcher.tsx";
import { say } from "../shell/toasts.tsx";
import { allPages, PAGE_SIZE, useLoaded } from "../use-loaded.ts";
import { countText, msOf, roleText } from "../words.ts";

export function AllApplications() {
  const applications = useLoaded<readonly Application[]>(
    (signal) =>
      allPages(async (pageToken) => {
        const answer = await manage
          .with({ signal })
          .applications.ListApplications({ pageSize: PAGE_SIZE, pageToken, all: true });
        return { items: answer.applications, next: answer.nextPageToken };
      }),
    [],
  );
  const joining = useSignal<Application | undefined>(undefined);
  const deleting = useSignal<Application | undefined>(undefined);
  const all = applications.value ?? [];
  const reload = async (): Promise<void> => {
    applications.reload();
    await loadApplications();
  };
  return (
    <>
      <main class="page">
        <header class="page-head">
          <div>
            <h1>Applications</h1>
            <p class="quiet">All of the instance. Their logs are their members’.</p>
          </div>
          <a class="button main" href={pathOf({ screen: "setup", code: "", app: "" })}>
            New application
          </a>
        </header>
        <Loading of={applications} />
        {applications.value !== undefined && all.length === 0 && (
          <p class="quiet">No application yet.</p>
        )}
        <ActionTable
          rows={all}
          keyOf={(one) => one.id}
          columns={[
            { head: "Application", cell: (one) => <Named of={one} /> },
            {
              head: "Kept",
              cell: ({ retentionDays: days }) =>
                days === 0 ? "for ever" : countText(days, "day", "days"),
            },
            {
              head: "Made",
              cell: ({ createdAt }) => (
                <time title={exactText(msOf(createdAt))}>{dayText(msOf(createdAt))}</time>
              ),
            },
            {
              head: "You are",
              cell: (one) => (isMember(one) ? roleText(one.role) : "no member"),
            },
          ]}
          actions={(one) => {
            const remove: Action = {
              name: "Delete",
              label: `Delete ${one.name}`,
              tone: "danger",
              run: () => (deleting.value = one),
            };
            if (isMember(one)) return [remove];
            return [
              { name: "Join", label: `Join ${one.name}`, run: () => (joining.value = one) },
              remove,
            ];
          }}
        />
      </main>
      <StatusLine
        left={[
          applications.value !== undefined && countText(all.length, "application", "applications"),
        ]}
        right={["Instance admin"]}
      />
      {joining.value !== undefined && (
        <Join of={joining.value} onDone={reload} onClose={() => (joining.value = undefined)} />
      )}
      {deleting.value !== undefined && (
        <Delete of={deleting.value} onDone={reload} onClose={() => (deleting.value = undefined)} />
      )}
    </>
  );
}

function isMember({ role }: Application): boolean {
  return role !== Role.ROLE_UNSPECIFIED;
}

function Named({ of: one }: { of: Application }) {
  return (
    <>
      <span>
        {" "}
        <Square name={one.name} color={one.color} />{" "}
        {isMember(one) ? (
          <a href={pathOf(logsOf(one.name))}>{one.name}</a>
        ) : (
          <strong>{one.name}</strong>
        )}
      </span>{" "}
      {one.title !== one.name && <span class="under">{one.title}</span>}
    </>
  );
}

interface Asking {
  readonly of: Application;
  readonly onDone: () => Promise<void>;
  readonly onClose: () => void;
}

function Join({ of: one, onDone, onClose }: Asking) {
  return (
    <Confirm
      title={`Join ${one.name}`}
      action="Join as owner"
      doing="Joining…"
      onConfirm={async () => {
        await manage.applications.AddMember({
          applicationId: one.id,
          email: user.value?.email ?? "",
          role: Role.ROLE_OWNER,
        });
        say(`You are an owner of ${one.name} now`);
        await onDone();
      }}
      onClose={onClose}
    >
      <p>You will see its logs. Its owners read of it in their audit log.</p>
    </Confirm>
  );
}

function Delete({ of: one, onDone, onClose }: Asking) {
  return (
    <Confirm
      title={`Delete ${one.name}`}
      action="Delete it for good"
      doing="Deleting…"
      typed={one.name}
      onConfirm={async () => {
        await manage.applications.DeleteApplication({
          applicationId: one.id,
          confirmName: one.name,
        });
        say(`${one.name} is deleted`);
        await onDone();
      }}
      onClose={onClose}
    >
      <p>
        Deletes all of its logs, its members and its keys, for good. Programs that send to it are
        refused at once.
      </p>
    </Confirm>
  );
}
