/**
 * The session ended under its person's hands: they sign in again over the page, and all that was on it goes on.
 */
import { Dialog } from "../parts/dialog.tsx";
import { Field, Form, textIn } from "../parts/form.tsx";
import { pathOf } from "../paths.ts";
import { go, place } from "../route.ts";
import { forget, signIn, user } from "../session.ts";

export function SessionEnded() {
  const email = user.value?.email ?? "";
  const submit = (form: FormData): Promise<void> => signIn(email, textIn(form, "password"));
  const other = (): void => {
    const next = pathOf(place.value);
    forget();
    go({ screen: "signin", next });
  };
  return (
    <Dialog title="Your session has ended">
      <p>Sign in again to go on where you were. Nothing on this page is lost.</p>
      <Form action="Sign in" doing="Signing in…" onSubmit={submit}>
        {/* For password managers, which look for the name beside it. */}
        <input
          class="unseen"
          type="text"
          autoComplete="username"
          value={email}
          readOnly
          tabIndex={-1}
          aria-hidden="true"
        />
        <Field
          label={`Password of ${email}`}
          name="password"
          type="password"
          autoComplete="current-password"
          required
          autofocus
        />
      </Form>
      <p class="other">
        <button type="button" class="plain" onClick={other}>
          Use another account
        </button>
      </p>
    </Dialog>
  );
}
