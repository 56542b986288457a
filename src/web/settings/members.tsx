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
import { Confirm } from "../parts/confirm.tsx";
import { CopyField } from "../parts/copy-field.tsx";
import { Field, Form, FormProblem, textIn } from "../parts/form.tsx";
import { Loading } from "../parts/loading.tsx";
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
          <section class="ready" aria-label="Invite">
            <div class="ready-words">
              <p>
                <strong>Nobody has {invite.value.email} yet. Hand over this link.</strong>
              </p>
              <p class="quiet">
                It makes them a user and a member, works once, until{" "}
                {exactText(invite.value.endsMs)}, and is not shown again.
              </p>
            </div>
            <CopyField label="Invite link" value={invite.value.url} action="Copy the link" />
            <button type="button" class="plain" onClick={() => (invite.value = undefined)}>
              Done
            </button>
          </section>
        )}
        <FormProblem text={problem.value} />
        <Loading of={members} />
        {all.length > 0 && (
          <div class="scroll">
            <table class="stacks">
              <thead>
                <tr>
                  <th>Member</th>
                  <th>Role</th>
                  <th>Since</th>
                  <th>
                    <span class="unseen">Actions</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {all.map((member) => (
                  <MemberRow
                    key={member.userId}
                    member={member}
                    isLastOwner={owners === 1 && member.role === Role.ROLE_OWNER}
                    onRole={(to) => change(member, to)}
                    onRemove={() => (removing.value = member)}
                  />
                ))}
              </tbody>
            </table>
          </div>
        )}
      </main>
      <StatusLine
        left={[countText(all.length, "member", "members")]}
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

function MemberRow(props: {
  member: Member;
  isLastOwner: boolean;
  onRole: (role: Role) => void;
  onRemove: () => void;
}) {
  const { member, isLastOwner } = props;
  const isSelf = member.userId === user.value?.id;
  const isAway = away.value !== undefined;
  const whyId = `why-${member.userId}`;
  return (
    <tr>
      <td data-head="Member">
        <span>
          <strong>{nameOf(member)}</strong>
          {isSelf && " (you)"}
          {member.disabled && <span class="chip plain-chip">disabled</span>}
        </span>
        <span class="under">{member.email}</span>
      </td>
      <td data-head="Role">
        <RoleChoice
          label={`Role of ${nameOf(member)}`}
          value={member.role}
          disabled={isLastOwner || isAway}
          describedBy={whyId}
          onChoose={props.onRole}
        />
        <span class="under" id={whyId}>
          {isLastOwner ? "The last owner stays: make somebody else one first" : mayOf(member.role)}
        </span>
      </td>
      <td data-head="Since">
        <When ms={msOf(member.addedAt)} never="" />
      </td>
      <td class="row-actions">
        {!isLastOwner && (
          <button
            type="button"
            class="danger"
            disabled={isAway}
            title={isAway ? "Not connected" : undefined}
            aria-label={isSelf ? "Leave the application" : `Remove ${nameOf(member)}`}
            onClick={props.onRemove}
          >
            {isSelf ? "Leave" : "Remove"}
          </button>
        )}
      </td>
    </tr>
  );
}

function RemoveMember(props: {
  member: Member;
  app: string;
  onConfirm: (member: Member) => Promise<void>;
  onClose: () => void;
}) {
  const { member, app } = props;
  const isSelf = member.userId === user.value?.id;
  return (
    <Confirm
      title={isSelf ? `Leave ${app}` : `Remove ${nameOf(member)}`}
      action={isSelf ? "Leave" : "Remove"}
      doing={isSelf ? "Leaving…" : "Removing…"}
      onConfirm={() => props.onConfirm(member)}
      onClose={props.onClose}
    >
      <p>
        {isSelf ? "You do" : `${member.email} does`} not see {app} any more, at once. API keys stay
        as they are.
      </p>
    </Confirm>
  );
}

function nameOf({ name, email }: Member): string {
  return name === "" ? email : name;
}
