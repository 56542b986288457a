/**
 * Takes up an invite: who has no account chooses a name and a password, who has one gives theirs.
 */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { GetInviteResponse } from "../../../generated/client/argus/v1/auth_service.ts";
import { Field, Form, FormProblem, Mark, textIn } from "../parts/form.tsx";
import { NewPassword } from "../parts/new-password.tsx";
import { door } from "../manage.ts";
import { signedIn } from "../session.ts";
import { problemOf, roleText } from "../words.ts";

export function Invite(props: { code: string; onDone: () => Promise<void> }) {
  const { code } = props;
  const invite = useSignal<GetInviteResponse | undefined>(undefined);
  const problem = useSignal("");

  useEffect(() => {
    door.auth.GetInvite({ code }).then(
      (answer) => {
        invite.value = answer;
      },
      (error: unknown) => {
        problem.value = problemOf(error);
      },
    );
  }, [code]);

  const submit = async (form: FormData): Promise<void> => {
    const name = textIn(form, "name");
    const password = textIn(form, "password");
    signedIn(await door.auth.AcceptInvite({ code, name, password }));
    await props.onDone();
  };

  const of = invite.value;
  return (
    <main class="narrow" aria-busy={of === undefined && problem.value === ""}>
      <Mark />
      <h1>Join Argus</h1>
      <FormProblem text={problem.value} />
      {of !== undefined && (
        <>
          <p>
            You are invited as <strong>{of.email}</strong>
            {of.instanceAdmin && ", an admin of the instance"}
            {of.applications.length > 0 && ", to:"}
          </p>
          {of.applications.length > 0 && (
            <ul>
              {of.applications.map((one) => (
                <li key={one.name}>
                  {one.title}, {roleText(one.role)}
                </li>
              ))}
            </ul>
          )}
          <Form action="Join" doing="Joining…" onSubmit={submit}>
            {!of.hasUser && (
              <Field label="Name" name="name" autoComplete="name" required autofocus />
            )}
            {of.hasUser ? (
              <Field
                label="Password"
                name="password"
                type="password"
                autoComplete="current-password"
                hint="There is an account with this email: that of your account"
                required
                autofocus
              />
            ) : (
              <NewPassword label="Password" name="password" />
            )}
          </Form>
        </>
      )}
    </main>
  );
}
