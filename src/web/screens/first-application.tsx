/**
 * Makes an application: the first one after set-up, or another one.
 */
import { useSignal } from "@preact/signals";
import { Field, FormProblem, Mark, textIn } from "../parts/form.tsx";
import { go } from "../route.ts";
import { api, loadApplications } from "../session.ts";
import { problemOf } from "../words.ts";

export function FirstApplication() {
  const problem = useSignal("");
  const busy = useSignal(false);

  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    busy.value = true;
    problem.value = "";
    try {
      const days = Number(textIn(form, "days"));
      const { application } = await api.applications.CreateApplication({
        name: textIn(form, "name"),
        title: "",
        retentionDays: days,
      });
      await loadApplications();
      if (application !== undefined) go({ screen: "keys", app: application.name });
    } catch (error) {
      problem.value = problemOf(error);
    } finally {
      busy.value = false;
    }
  };

  return (
    <main class="narrow">
      <Mark />
      <h1>Whose logs come first?</h1>
      <p class="quiet">An application keeps its logs apart: its own members, keys and days kept.</p>
      <form onSubmit={(event) => void submit(event)}>
        <Field
          label="Name"
          name="name"
          pattern="[a-z0-9-]{1,40}"
          required
          autofocus
          hint="Small letters, digits and dashes; it stands in addresses and stays"
        />
        <Field
          label="Days kept"
          name="days"
          type="number"
          min={0}
          value="30"
          required
          hint="0 keeps them for ever"
        />
        <FormProblem text={problem.value} />
        <button class="main" disabled={busy.value}>
          {busy.value ? "Creating…" : "Create the application"}
        </button>
      </form>
    </main>
  );
}
