/**
 * Who belongs to an application, and what each may do. The last owner stays: the server says so, and so does the page,
 * before it is tried.
 */
import { useSignal } from "@preact/signals";
import type {
  Application,
  Member,
} from "../../../generated/client/argus/v1/application_service.ts";
import { Role } from "../../../generated/client/argus/v1/application_service.shapes.ts";
import { away } from "../connection.ts";
import { type Action, ActionTable } from "../parts/action-table.tsx";
import { Confirm } from "../parts/confirm.tsx";
import { Field, Form, FormProblem, textIn } from "../parts/form.tsx";
import { Loading } from "../parts/loading.tsx";
import { ShownOnce } from "../parts/shown-once.tsx";
import { StatusLine } from "../parts/status-line.tsx";
import { exactText, When } from "../parts/when.tsx";
import { go } from "../route.ts";
import { manage } from "../manage.ts";
import { loadApplications, user } from "../session.ts";
import { say } from "../shell/toasts.tsx";
import { allPages, PAGE_SIZE, useLoaded } from "../use-loaded.ts";
import { countText, msOf, problemOf, roleText } from "../words.ts";
import { isOwner, mayOf, NotYours, RoleChoice, ROLES } from "./roles.tsx";

interface Invite {
  readonly email: string;
  readonly url: string;
  readonly endsMs: number;
}

export function Members({ application }: { application: Application }) {
  if (!isOwner(application))
    return (
      <>
        <main class="page">
          <h1>Members</h1>
          <NotYours
            application={application}
            who="Owners"
            what="see and change who belongs to it"
          />
        </main>
        <StatusLine left={[application.title]} right={[roleText(application.role)]} tone="quiet" />
      </>
    );
  return <OwnMembers application={application} />;
}

function OwnMembers({ application }: { application: Application }) {
  const applicationId = application.id;
  const members = useLoaded<readonly Member[]>(
    (signal) =>
      allPages(async (pageToken) => {
        const answer = await manage
          .with({ signal })
          .applications.ListMembers({ applicationId, pageSize: PAGE_SIZE, pageToken });
        return { items: answer.members, next: answer.nextPageToken };
      }),
    [applicationId],
  );
  const invite = useSignal<Invite | undefined>(undefined);
  const removing = useSignal<Member | undefined>(undefined);
  const problem = useSignal("");
  const role = useSignal<Role>(Role.ROLE_VIEWER);
  const all = members.value ?? [];
  const owners = all.filter((one) => one.role === Role.ROLE_OWNER && !one.disabled).length;

  const add = async (form: FormData, element: HTMLFormElement): Promise<void> => {
    const email = textIn(form, "email");
    invite.value = undefined;
    const answer = await manage.applications.AddMember({ applicationId, email, role: role.value });
    if (answer.inviteUrl === "") say(`${email} is a member now`);
    else invite.value = { email, url: answer.inviteUrl, endsMs: msOf(answer.inviteExpiresAt) };
    element.reset();
    members.reload();
  };
  const change = (member: Member, to: Role): void => {
    problem.value = "";
    manage.applications.UpdateMember({ applicationId, userId: member.userId, role: to }).then(
      async () => {
        say(`${nameOf(member)} is ${roleText(to)} now`);
        members.reload();
        // Who takes their own role away sees the page as what they are.
        if (member.userId === user.value?.id) await loadApplications();
      },
      (error: unknown) => {
        problem.value = problemOf(error);
        members.reload();
      },
    );
  };
  const remove = async (member: Member): Promise<void> => {
    await manage.applications.RemoveMember({ applicationId, userId: member.userId });
    if (member.userId === user.value?.id) {
      await loadApplications();
      go({ screen: "home" });
      return;
    }
    say(`${nameOf(member)} is no member any more`);
    members.reload();
  };
  const isLastOwner = ({ role: own }: Member): boolean => owners === 1 && own === Role.ROLE_OWNER;
  const actionsOf = (member: Member): readonly Action[] =>
    isLastOwner(member)
      ? []
      : [
          {
            name: isSelf(member) ? "Leave" : "Remove",
            label: isSelf(member) ? "Leave the application" : `Remove ${nameOf(member)}`,
            tone: "danger",
            run: () => (removing.value = member),
          },
        ];

  return (
    <>
      <main class="page">
        <h1>Members</h1>
        <p class="quiet">
          Each sees the logs of {application.name}; what else they may is their role.
        </p>
        <Form action="Add" doing="Adding…" row onSubmit={add}>
          <Field label="Email" name="email" type="email" autoComplete="off" required />
          <div class="field">
            <label for="new-role">Role</label>
            <select
              id="new-role"
              value={String(role.value)}
              aria-describedby="new-role-may"
              onChange={(event) => {
                role.value = Number(event.currentTarget.value) as Role;
              }}
            >
              {ROLES.map((one) => (
                <option key={one} value={String(one)}>
                  {roleText(one)}
                </option>
              ))}
            </select>
            <p class="hint" id="new-role-may">
              {mayOf(role.value)}
            </p>
          </div>
        </Form>
        {invite.value !== undefined && (
          <ShownOnce
            name="Invite"
            head={`Nobody has ${invite.value.email} yet. Hand over this link.`}
            does={`It makes them a user and a member, works once, until ${exactText(invite.value.endsMs)}, and is not shown again.`}
            label="Invite link"
            value={invite.value.url}
            action="Copy the link"
            done="Done"
            onDone={() => (invite.value = undefined)}
          />
        )}
        <FormProblem text={problem.value} />
        <Loading of={members} />
        <ActionTable
          rows={all}
          keyOf={(member) => member.userId}
          columns={[
            { head: "Member", cell: (member) => <MemberName of={member} /> },
            {
              head: "Role",
              cell: (member) => (
                <MemberRole
                  of={member}
                  isLastOwner={isLastOwner(member)}
                  onRole={(to) => change(member, to)}
                />
              ),
            },
            { head: "Since", cell: (member) => <When ms={msOf(member.addedAt)} never="" /> },
          ]}
          actions={actionsOf}
        />
      </main>
      <StatusLine
        left={[members.value !== undefined && countText(all.length, "member", "members")]}
        right={[roleText(application.role)]}
      />
      {removing.value !== undefined && (
        <RemoveMember
          member={removing.value}
          app={application.name}
          onConfirm={remove}
          onClose={() => (removing.value = undefined)}
        />
      )}
    </>
  );
}

function MemberName({ of: member }: { of: Member }) {
  return (
    <>
      <span>
        <strong>{nameOf(member)}</strong>
        {isSelf(member) && " (you)"}
        {member.disabled && <span class="chip plain-chip">disabled</span>}
      </span>
      <span class="under">{member.email}</span>
    </>
  );
}

function MemberRole(props: { of: Member; isLastOwner: boolean; onRole: (role: Role) => void }) {
  const { of: member, isLastOwner } = props;
  const whyId = `why-${member.userId}`;
  return (
    <>
      <RoleChoice
        label={`Role of ${nameOf(member)}`}
        value={member.role}
        disabled={isLastOwner || away.value !== undefined}
        describedBy={whyId}
        onChoose={props.onRole}
      />
      <span class="under" id={whyId}>
        {isLastOwner ? "The last owner stays: make somebody else one first" : mayOf(member.role)}
      </span>
    </>
  );
}

function RemoveMember(props: {
  member: Member;
  app: string;
  onConfirm: (member: Member) => Promise<void>;
  onClose: () => void;
}) {
  const { member, app } = props;
  const leaves = isSelf(member);
  return (
    <Confirm
      title={leaves ? `Leave ${app}` : `Remove ${nameOf(member)}`}
      action={leaves ? "Leave" : "Remove"}
      doing={leaves ? "Leaving…" : "Removing…"}
      onConfirm={() => props.onConfirm(member)}
      onClose={props.onClose}
    >
      <p>
        {leaves ? "You do" : `${member.email} does`} not see {app} any more, at once. API keys stay
        as they are.
      </p>
    </Confirm>
  );
}

function isSelf({ userId }: Member): boolean {
  return userId === user.value?.id;
}

function nameOf({ name, email }: Member): string {
  return name === "" ? email : name;
}
