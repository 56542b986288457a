/**
 * What an application is called and looks like. Its name is fixed for life: it is in addresses.
 */
import { useSignal } from "@preact/signals";
import type { Application } from "../../../generated/client/argus/v1/application_service.ts";
import { Field, Form, textIn } from "../parts/form.tsx";
import { StatusLine } from "../parts/status-line.tsx";
import { exactText } from "../parts/when.tsx";
import { manage } from "../manage.ts";
import { keepApplication } from "../session.ts";
import { colourOf, COLOURS } from "../shell/colour.ts";
import { ColourChoice } from "../shell/colour-choice.tsx";
import { say } from "../shell/toasts.tsx";
import { msOf, roleText } from "../words.ts";
import { isOwner, mayOf, NotYours } from "./roles.tsx";

export function General({ application }: { application: Application }) {
  const color = useSignal<string>(COLOURS[colourOf(application) - 1] ?? "");
  const submit = async (form: FormData): Promise<void> => {
    const answer = await manage.applications.UpdateApplication({
      applicationId: application.id,
      title: textIn(form, "title"),
      color: textIn(form, "color"),
      retentionDays: undefined,
      quota: undefined,
    });
    if (answer.application !== undefined) keepApplication(answer.application);
    say("Saved");
  };
  return (
    <>
      <main class="page">
        <h1>General</h1>
        {isOwner(application) ? (
          <Form action="Save" doing="Saving…" onSubmit={submit}>
            <Field
              label="Title"
              name="title"
              value={application.title}
              autoComplete="off"
              required
              hint="What people call it"
            />
            <ColourChoice value={color.value} onChange={(one) => (color.value = one)} />
          </Form>
        ) : (
          <NotYours application={application} who="Owners" what="change its title and colour" />
        )}
        <dl class="facts">
          <div>
            <dt>Name, in addresses</dt>
            <dd class="mono">{application.name}</dd>
          </div>
          <div>
            <dt>Id, for the API</dt>
            <dd class="mono">{application.id}</dd>
          </div>
          <div>
            <dt>Made</dt>
            <dd>{exactText(msOf(application.createdAt))}</dd>
          </div>
          <div>
            <dt>Your role</dt>
            <dd>
              {roleText(application.role)} <span class="under">{mayOf(application.role)}</span>
            </dd>
          </div>
        </dl>
      </main>
      <StatusLine left={[application.title]} right={[roleText(application.role)]} />
    </>
  );
}
