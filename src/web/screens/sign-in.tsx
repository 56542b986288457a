/**
 * Email and password. Where the person wanted to go is where they arrive.
 */
import { Field, Form, Mark, textIn } from "../parts/form.tsx";
import { signIn } from "../session.ts";

export function SignIn(props: { onDone: () => Promise<void> }) {
  const submit = async (form: FormData): Promise<void> => {
    await signIn(textIn(form, "email"), textIn(form, "password"));
    await props.onDone();
  };
  return (
    <main class="narrow">
      <Mark />
      <h1>Sign in</h1>
      <Form action="Sign in" doing="Signing in…" onSubmit={submit}>
        <Field label="Email" name="email" type="email" autoComplete="username" required autofocus />
        <Field
          label="Password"
          name="password"
          type="password"
          autoComplete="current-password"
          required
        />
      </Form>
    </main>
  );
}
