/**
 * From nothing to the first entry: owner, application, key, entry. Without the first of them it also makes
 * every later application. Invariant: a step that is done is not asked again; the key is shown only here.
 */
import { useSignal } from "@preact/signals";
import type { Application, Scope } from "../../../generated/client/argus/v1/application_service.ts";
import { useFirstEntry } from "../first-entry.ts";
import { EntryLine } from "../parts/entry-list.tsx";
import { setupCodeIn } from "../../client/setup-code.ts";
import { Field, Form, Mark, textIn } from "../parts/form.tsx";
import { NewPassword } from "../parts/new-password.tsx";
import { mayText, scopesIn, ScopeTicks } from "../parts/scopes.tsx";
import { Snippets } from "../parts/snippets.tsx";
import { type Step, Steps } from "../parts/steps.tsx";
import { logsOf, pathOf } from "../paths.ts";
import { go } from "../route.ts";
import { api, applications, loadApplications, open, signedIn, user } from "../session.ts";
import { timeMs } from "../words.ts";

interface Key {
  readonly secret: string;
  readonly scopes: readonly Scope[];
  readonly madeMs: number;
}

/** @param props.code of the setup link; undefined when there is an owner already. */
export function FirstRun(props: { code: string | undefined }) {
  const ownerMs = useSignal<number | undefined>(undefined);
  const application = useSignal<Application | undefined>(undefined);
  const key = useSignal<Key | undefined>(undefined);
  const first = useFirstEntry(
    key.value === undefined ? "" : (application.value?.id ?? ""),
    key.value?.madeMs ?? 0,
  );

  const makeApplication = async (form: FormData): Promise<void> => {
    const scopes = scopesIn(form);
    const made = await api.applications.CreateApplication({
      name: textIn(form, "name"),
      title: "",
      retentionDays: Number(textIn(form, "days")),
    });
    application.value = made.application;
    const { secret, apiKey } = await api.applications.CreateApiKey({
      applicationId: made.application?.id ?? "",
      name: "first key",
      scopes,
      expiresAt: undefined,
    });
    key.value = { secret, scopes, madeMs: Number(apiKey?.createdAt?.seconds ?? 0n) * 1000 };
    await loadApplications();
  };

  const owner: Step = {
    name: ownerMs.value === undefined ? "create the owner" : "owner account created",
    note:
      ownerMs.value === undefined
        ? "Makes applications and keys. Everything stays on this machine."
        : `${user.value?.email ?? ""}, instance owner`,
    doneMs: ownerMs.value,
    body: ownerMs.value === undefined && (
      <OwnerForm
        code={props.code ?? ""}
        onDone={() => {
          ownerMs.value = Date.now();
        }}
      />
    ),
  };
  const showsForm = application.value === undefined && (props.code === undefined || !!user.value);
  const steps: Step[] = [
    ...(props.code === undefined && ownerMs.value === undefined ? [] : [owner]),
    {
      name:
        application.value === undefined
          ? "create an application"
          : `application created: ${application.value.name}`,
      note:
        application.value === undefined
          ? "Keeps its logs apart: its own members, keys and days kept."
          : keptText(application.value.retentionDays),
      doneMs: madeMs(application.value),
      body: showsForm && <ApplicationForm onSubmit={makeApplication} />,
    },
    {
      name: key.value === undefined ? "get a key to send with" : "key created",
      note: `${key.value === undefined ? "for programs, and for you in a shell" : mayText(key.value.scopes)}, in this application only`,
      doneMs: key.value?.madeMs,
    },
    {
      name: first.value === undefined ? "send the first entry" : "first entry received",
      note:
        first.value === undefined
          ? key.value === undefined
            ? "from a shell, a file or a program"
            : "copy a line and run it; this page sees it arrive"
          : "stored, and searchable",
      doneMs: first.value === undefined ? undefined : timeMs(first.value),
      body: first.value !== undefined && application.value !== undefined && (
        <>
          <EntryLine entry={first.value} />
          <a
            class="button main"
            href={pathOf({ ...logsOf(application.value.name), row: first.value.id })}
          >
            Open the logs
          </a>
        </>
      ),
    },
  ];

  return (
    <main class={key.value === undefined ? "first-run" : "first-run wide"}>
      <div class="setup">
        <Mark />
        <h1>{titleOf(props.code !== undefined, first.value !== undefined, key.value)}</h1>
        <Steps steps={steps} />
        {first.value === undefined && (
          <Leave app={application.value?.name ?? applications.value?.[0]?.name} />
        )}
      </div>
      {key.value !== undefined && (
        <div class="sending">
          <h2>Send from where your logs already are</h2>
          <Snippets secret={key.value.secret} scopes={key.value.scopes} first={first.value} />
        </div>
      )}
    </main>
  );
}

function titleOf(isNew: boolean, received: boolean, key: Key | undefined): string {
  if (received) return "The first entry is in.";
  if (key !== undefined) return "Ready for the first entry.";
  return isNew ? "Welcome to Argus." : "A new application.";
}

/** Who has an application already may leave. */
function Leave(props: { app: string | undefined }) {
  return props.app === undefined ? null : (
    <p class="leave">
      <a href={pathOf(logsOf(props.app))}>To the logs of {props.app}</a>
    </p>
  );
}

function OwnerForm(props: { code: string; onDone: () => void }) {
  const submit = async (form: FormData): Promise<void> => {
    signedIn(
      await open.auth.SetUpOwner({
        name: textIn(form, "name"),
        email: textIn(form, "email"),
        password: textIn(form, "password"),
        setupCode: setupCodeIn(textIn(form, "code")),
      }),
    );
    props.onDone();
    await loadApplications();
    go({ screen: "home" }, "replace");
  };
  return (
    <Form action="Create the owner" doing="Creating…" onSubmit={submit}>
      <Field label="Name" name="name" autoComplete="name" required autofocus />
      <Field label="Email" name="email" type="email" autoComplete="username" required />
      <NewPassword label="Password" name="password" />
      <Field
        label="Setup link or code"
        name="code"
        value={props.code}
        autoComplete="off"
        required
        hint="The link that Argus printed when it started, or the code at its end"
      />
    </Form>
  );
}

function ApplicationForm(props: { onSubmit: (form: FormData) => Promise<void> }) {
  return (
    <Form action="Create the application" doing="Creating…" onSubmit={props.onSubmit}>
      <Field
        label="Name"
        name="name"
        pattern="[a-z0-9\-]{1,40}"
        autoComplete="off"
        required
        autofocus
        hint="Small letters, digits and dashes, such as shop-prod; it stays"
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
      <ScopeTicks legend="Its first key may" first />
    </Form>
  );
}

function madeMs(application: Application | undefined): number | undefined {
  const made = application?.createdAt;
  return made === undefined ? undefined : Number(made.seconds) * 1000;
}

function keptText(days: number): string {
  return days === 0 ? "kept for ever" : `kept ${days} ${days === 1 ? "day" : "days"}`;
}
