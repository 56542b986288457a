/**
 * Another password. All other sessions of the person end with the old one.
 */
import { useSignal } from "@preact/signals";
import { Field, Form, textIn } from "../parts/form.tsx";
import { NewPassword } from "../parts/new-password.tsx";
import { manage } from "../manage.ts";
import { user } from "../session.ts";
import { say } from "../shell/toasts.tsx";

export function Password() {
  // The fields are empty again after a change.
  const times = useSignal(0);
  const submit = async (form: FormData): Promise<void> => {
    await manage.auth.ChangePassword({
      currentPassword: textIn(form, "current"),
      newPassword: textIn(form, "new"),
    });
    times.value++;
    say("The password is changed. You are signed out everywhere else");
  };
  return (
    <main class="page">
      <h1>Password</h1>
      <p class="quiet">Another one ends your other sessions, and links that would reset it.</p>
      <Form key={times.value} action="Change the password" doing="Changing…" onSubmit={submit}>
        <input
          class="unseen"
          type="text"
          autoComplete="username"
          value={user.value?.email ?? ""}
          readOnly
          tabIndex={-1}
          aria-hidden="true"
        />
        <Field
          label="Password until now"
          name="current"
          type="password"
          autoComplete="current-password"
          required
        />
        <NewPassword label="New password" name="new" />
      </Form>
    </main>
  );
}
