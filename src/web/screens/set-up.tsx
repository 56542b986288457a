/**
 * The first person makes themselves the owner.
 */
import { useSignal } from "@preact/signals";
import { Field, FormProblem, Mark, textIn } from "../parts/form.tsx";
import { go } from "../route.ts";
import { open, signedIn } from "../session.ts";
import { problemOf } from "../words.ts";

export function SetUp(props: { code: string; onDone: () => Promise<void> }) {
  const problem = useSignal("");
  const busy = useSignal(false);
  const password = useSignal("");

  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    busy.value = true;
    problem.value = "";
    try {
      signedIn(
        await open.auth.SetUpOwner({
          name: textIn(form, "name"),
          email: textIn(form, "email"),
          password: textIn(form, "password"),
          setupCode: textIn(form, "code"),
        }),
      );
      go({ screen: "home" }, "replace");
      await props.onDone();
    } catch (error) {
      problem.value = problemOf(error);
    } finally {
      busy.value = false;
    }
  };

  const missing = 12 - password.value.length;
  return (
    <main class="narrow">
      <Mark />
      <h1>Welcome. Who owns this Argus?</h1>
      <p class="quiet">The owner makes applications and keys. Everything stays on this machine.</p>
      <form onSubmit={(event) => void submit(event)}>
        <Field label="Name" name="name" autoComplete="name" required autofocus />
        <Field label="Email" name="email" type="email" autoComplete="username" required />
        <Field
          label="Password"
          name="password"
          type="password"
          autoComplete="new-password"
          minLength={12}
          required
          hint={missing > 0 ? `12 characters at least, ${missing} to go` : "Long enough"}
          onInput={(value) => {
            password.value = value;
          }}
        />
        <Field
          label="Setup code"
          name="code"
          value={props.code}
          autoComplete="off"
          required
          hint="In the link that Argus printed when it started"
        />
        <FormProblem text={problem.value} />
        <button class="main" disabled={busy.value}>
          {busy.value ? "Setting up…" : "Set up the owner"}
        </button>
      </form>
    </main>
  );
}
