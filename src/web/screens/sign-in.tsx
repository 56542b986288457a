/**
 * Email and password. Where the person wanted to go is where they arrive.
 */
import { useSignal } from "@preact/signals";
import { Field, FormProblem, Mark, textIn } from "../parts/form.tsx";
import { base, placeOf } from "../paths.ts";
import { go } from "../route.ts";
import { loadApplications, open, signedIn } from "../session.ts";
import { problemOf } from "../words.ts";

export function SignIn(props: { next: string; onDone: () => Promise<void> }) {
  const problem = useSignal("");
  const busy = useSignal(false);

  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    busy.value = true;
    problem.value = "";
    try {
      signedIn(
        await open.auth.Login({
          email: textIn(form, "email"),
          password: textIn(form, "password"),
        }),
      );
      // Only a path of this page: a link must not lead elsewhere after signing in.
      const next = props.next.startsWith(`${base}/a/`)
        ? new URL(props.next, location.origin)
        : undefined;
      if (next !== undefined && next.origin === location.origin) {
        await loadApplications();
        go(placeOf(next), "replace");
      } else {
        go({ screen: "home" }, "replace");
        await props.onDone();
      }
    } catch (error) {
      problem.value = problemOf(error);
    } finally {
      busy.value = false;
    }
  };

  return (
    <main class="narrow">
      <Mark />
      <h1>Sign in</h1>
      <form onSubmit={(event) => void submit(event)}>
        <Field label="Email" name="email" type="email" autoComplete="username" required autofocus />
        <Field
          label="Password"
          name="password"
          type="password"
          autoComplete="current-password"
          required
        />
        <FormProblem text={problem.value} />
        <button class="main" disabled={busy.value}>
          {busy.value ? "Signing in…" : "Sign in"}
        </button>
      </form>
    </main>
  );
}
