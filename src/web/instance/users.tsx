/**
 * Everybody who may sign in: invited, made an admin, disabled, and given a link for another password.
 * The last admin stays: the server says so, and so does the page, before it is tried.
 */
import { useSignal } from "@preact/signals";
import type { User } from "../../../generated/client/argus/v1/auth_service.ts";
import { away } from "../connection.ts";
import { type Action, ActionTable } from "../parts/action-table.tsx";
import { Confirm } from "../parts/confirm.tsx";
import { Field, Form, FormProblem, textIn } from "../parts/form.tsx";
import { Loading } from "../parts/loading.tsx";
import { ShownOnce } from "../parts/shown-once.tsx";
import { StatusLine } from "../parts/status-line.tsx";
import { exactText, When } from "../parts/when.tsx";
import { manage } from "../manage.ts";
import { user } from "../session.ts";
import { say } from "../shell/toasts.tsx";
import { allPages, PAGE_SIZE, useLoaded } from "../use-loaded.ts";
import { countText, msOf, problemOf } from "../words.ts";

interface Link {
  readonly head: string;
  readonly does: string;
  readonly url: string;
}

export function Users() {
  const users = useLoaded<readonly User[]>(
    (signal) =>
      allPages(async (pageToken) => {
        const answer = await manage
          .with({ signal })
          .users.ListUsers({ pageSize: PAGE_SIZE, pageToken });
        return { items: answer.users, next: answer.nextPageToken };
      }),
    [],
  );
  const link = useSignal<Link | undefined>(undefined);
  const disabling = useSignal<User | undefined>(undefined);
  const problem = useSignal("");
  const all = users.value ?? [];
  const admins = all.filter((one) => one.instanceAdmin && !one.disabled).length;

  const attempt = (work: Promise<unknown>, words: string): void => {
    problem.value = "";
    work.then(
      () => {
        if (words !== "") say(words);
        users.reload();
      },
      (error: unknown) => {
        problem.value = problemOf(error);
        users.reload();
      },
    );
  };
  const invite = async (form: FormData, element: HTMLFormElement): Promise<void> => {
    const email = textIn(form, "email");
    const answer = await manage.users.InviteUser({
      email,
      instanceAdmin: form.get("admin") !== null,
      memberships: [],
    });
    link.value = {
      head: `Hand over this link to ${email}.`,
      does: `It makes them a user, works once, until ${exactText(msOf(answer.expiresAt))}, and is not shown again.`,
      url: answer.url,
    };
    element.reset();
  };
  const reset = async (one: User): Promise<void> => {
    const answer = await manage.users.CreateResetLink({ userId: one.id });
    link.value = {
      head: `Hand over this link to ${one.email}.`,
      does: `It sets another password, once, until ${exactText(msOf(answer.expiresAt))}, and is not shown again.`,
      url: answer.url,
    };
    scrollTo(0, 0);
  };
  const isLastAdmin = (one: User): boolean => one.instanceAdmin && admins === 1;
  const actionsOf = (one: User): readonly Action[] => {
    const to = (name: string) => ({ name, label: `${name} ${one.email}` });
    if (one.disabled) {
      const enable = (): void =>
        attempt(manage.users.EnableUser({ userId: one.id }), `${one.email} may sign in again`);
      return [{ ...to("Enable"), run: enable }];
    }
    const link: Action = { ...to("Reset link"), run: () => attempt(reset(one), "") };
    if (isLastAdmin(one)) return [link];
    return [link, { ...to("Disable"), tone: "danger", run: () => (disabling.value = one) }];
  };

  return (
    <>
      <main class="page">
        <h1>Users</h1>
        <p class="quiet">
          Who may sign in. What they see is decided by each application’s members; admins manage
          users and applications.
        </p>
        <Form action="Invite" doing="Inviting…" row onSubmit={invite}>
          <Field label="Email" name="email" type="email" autoComplete="off" required />
          <label class="tick">
            <input type="checkbox" name="admin" /> instance admin
          </label>
        </Form>
        {link.value !== undefined && (
          <ShownOnce
            name="Link"
            head={link.value.head}
            does={link.value.does}
            label="Link"
            value={link.value.url}
            action="Copy the link"
            done="Done"
            onDone={() => (link.value = undefined)}
          />
        )}
        <FormProblem text={problem.value} />
        <Loading of={users} />
        <ActionTable
          rows={all}
          keyOf={(one) => one.id}
          columns={[
            { head: "User", cell: (one) => <UserName of={one} /> },
            {
              head: "Is",
              cell: (one) => (
                <AdminTick
                  of={one}
                  isLastAdmin={isLastAdmin(one)}
                  onAdmin={(instanceAdmin) =>
                    attempt(
                      manage.users.UpdateUser({ userId: one.id, name: undefined, instanceAdmin }),
                      `${one.email} is ${instanceAdmin ? "an admin" : "no admin any more"}`,
                    )
                  }
                />
              ),
            },
            { head: "Since", cell: (one) => <When ms={msOf(one.createdAt)} never="" /> },
          ]}
          actions={actionsOf}
        />
      </main>
      <StatusLine
        left={
          users.value === undefined
            ? []
            : [countText(all.length, "user", "users"), countText(admins, "admin", "admins")]
        }
        right={["Instance admin"]}
      />
      {disabling.value !== undefined && (
        <Disable
          of={disabling.value}
          onDone={users.reload}
          onClose={() => (disabling.value = undefined)}
        />
      )}
    </>
  );
}

function UserName({ of: one }: { of: User }) {
  return (
    <>
      <span>
        <strong>{one.name === "" ? one.email : one.name}</strong>
        {one.id === user.value?.id && " (you)"}
        {one.disabled && <span class="chip plain-chip">disabled</span>}
      </span>
      <span class="under">{one.email}</span>
    </>
  );
}

function AdminTick(props: { of: User; isLastAdmin: boolean; onAdmin: (is: boolean) => void }) {
  const { of: one, isLastAdmin } = props;
  return (
    <>
      <label class="tick">
        <input
          type="checkbox"
          aria-label={`${one.email} is an instance admin`}
          aria-describedby={isLastAdmin ? "last-admin" : undefined}
          checked={one.instanceAdmin}
          disabled={isLastAdmin || away.value !== undefined}
          onChange={(event) => props.onAdmin(event.currentTarget.checked)}
        />{" "}
        <span aria-hidden="true">instance admin</span>
      </label>
      {isLastAdmin && (
        <span class="under" id="last-admin">
          The last admin stays: make somebody else one first
        </span>
      )}
    </>
  );
}

function Disable(props: { of: User; onDone: () => void; onClose: () => void }) {
  const { of: one } = props;
  return (
    <Confirm
      title={`Disable ${one.email}`}
      action="Disable"
      doing="Disabling…"
      onConfirm={async () => {
        await manage.users.DisableUser({ userId: one.id });
        say(`${one.email} may not sign in any more`);
        props.onDone();
      }}
      onClose={props.onClose}
    >
      <p>
        Their sessions end at once, and links that would set another password. What they are a
        member of stays, for when they are enabled again.
      </p>
    </Confirm>
  );
}
