/**
 * Sets another password by a link. All other sessions of the person end.
 */
import { Form, Mark, textIn } from "../parts/form.tsx";
import { NewPassword } from "../parts/new-password.tsx";
import { door } from "../manage.ts";
import { signedIn } from "../session.ts";

export function Reset(props: { code: string; onDone: () => Promise<void> }) {
  const submit = async (form: FormData): Promise<void> => {
    const newPassword = textIn(form, "password");
    signedIn(await door.auth.ResetPassword({ code: props.code, newPassword }));
    await props.onDone();
  };
  return (
    <main class="narrow">
      <Mark />
      <h1>Another password</h1>
      <p>You are signed out everywhere else.</p>
      <Form action="Set the password" doing="Setting…" onSubmit={submit}>
        <NewPassword label="New password" name="password" autofocus />
      </Form>
    </main>
  );
}
