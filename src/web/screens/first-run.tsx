/**
 * From nothing to the first entry: owner, application, key, entry. With an owner it makes every later application.
 * Invariant: a step that is done is not asked again; the key is shown only here, and only until the page is left:
 * who comes back finds the steps as they are, and the lines to send with, without it.
 */
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Application, Scope } from "../../../generated/client/argus/v1/application_service.ts";
import type { User } from "../../../generated/client/argus/v1/auth_service.ts";
import { useArrivals } from "../arrivals.ts";
import { useRefusal } from "../refusals.ts";
import { returns } from "../connection.ts";
import { SampleLine } from "../list/sample-line.tsx";
import { setupCodeIn } from "../../client/setup-code.ts";
import { Field, Form, Mark, textIn } from "../parts/form.tsx";
import { NewPassword } from "../parts/new-password.tsx";
import { mayText, scopesIn, ScopeTicks } from "../parts/scopes.tsx";
import { Snippets } from "../parts/snippets.tsx";
import { type Step, Steps } from "../parts/steps.tsx";
import { logsOf } from "../logs-place.ts";
import { pathOf, type Place } from "../paths.ts";
import { go } from "../route.ts";
import { door, manage } from "../manage.ts";
import { ColourChoice } from "../shell/colour-choice.tsx";
import { colourOf, COLOURS } from "../shell/colour.ts";
import { applications, loadApplications, signedIn, user } from "../session.ts";
import { msOf, timeMs } from "../words.ts";
import "../first-run.css";

interface Key {
  /** Undefined when the page was left since it was made. */
  readonly secret: string | undefined;
  readonly scopes: readonly Scope[];
  readonly madeMs: number;
}

type SetupPlace = Extract<Place, { screen: "setup" }>;

export function FirstRun(props: { at: SetupPlace }) {
  const { at } = props;
  const ownerMs = useSignal<number | undefined>(undefined);
  const made = useSignal<Key | undefined>(undefined);
  const application = applications.value?.find(({ name }) => name === at.app);
  const key = useNewestKey(application, made.value);
  const arrivals = useArrivals(
    key === undefined ? "" : (application?.id ?? ""),
    madeMs(application) ?? 0,
  ).value;

  const refusal = useRefusal(
    key === undefined ? "" : (application?.id ?? ""),
    madeMs(application) ?? 0,
  ).value;

  const makeApplication = async (form: FormData): Promise<void> => {
    const scopes = scopesIn(form);
    const { application: one } = await manage.applications.CreateApplication({
      name: textIn(form, "name"),
      title: "",
      color: textIn(form, "color"),
      retentionDays: Number(textIn(form, "days")),
    });
    const applicationId = one?.id ?? "";
    const { secret, apiKey } = await manage.applications.CreateApiKey({
      applicationId,
      name: "first key",
      scopes,
      expiresAt: undefined,
    });
    made.value = { secret, scopes, madeMs: msOf(apiKey?.createdAt) };
    await loadApplications();
    go({ screen: "setup", code: "", app: one?.name ?? "" }, "replace");
  };

  const isOwned = Boolean(user.value);
  const owner: Step = {
    name: isOwned ? "owner account created" : "create the owner",
    note: isOwned
      ? `${user.value?.email ?? ""}, instance owner`
      : "Makes applications and keys. Everything stays on this machine.",
    doneMs: isOwned ? ownerMs.value : undefined,
    body: !isOwned && (
      <OwnerForm
        code={at.code}
        onDone={() => {
          ownerMs.value = Date.now();
        }}
      />
    ),
  };
  const entry = arrivals.first;
  const steps: Step[] = [
    ...(isOwned && ownerMs.value === undefined ? [] : [owner]),
    {
      name:
        application === undefined
          ? "create an application"
          : `application created: ${application.name}`,
      note:
        application === undefined
          ? "Keeps its logs apart: its own members, keys and days kept."
          : keptText(application.retentionDays),
      doneMs: madeMs(application),
      body: isOwned && application === undefined && <ApplicationForm onSubmit={makeApplication} />,
    },
    {
      name: key === undefined ? "get a key to send with" : "key created",
      note: `${key === undefined ? "for programs, and for you in a shell" : mayText(key.scopes)}, in this application only`,
      doneMs: key?.madeMs,
    },
    {
      name: entry === undefined ? "send the first entry" : "first entry received",
      note:
        entry === undefined
          ? key === undefined
            ? "from a shell, a file or a program"
            : "copy a line and run it; this page sees it arrive"
          : "stored, and searchable",
      doneMs: entry === undefined ? undefined : timeMs(entry),
      body: entry !== undefined && application !== undefined && (
        <>
          <SampleLine entry={entry} />
          <OpenLogs to={{ ...logsOf(application.name), row: entry.id }} />
        </>
      ),
    },
  ];

  return (
    <main class={key === undefined ? "first-run" : "first-run wide"}>
      <div class="setup">
        <Mark />
        <h1>{titleOf(user.value, ownerMs.value !== undefined, entry !== undefined, key)}</h1>
        <Steps steps={steps} />
        {entry === undefined && <Leave app={application?.name ?? applications.value?.[0]?.name} />}
      </div>
      {key !== undefined && application !== undefined && (
        <div class="sending">
          <h2>Send from where your logs already are</h2>
          <Snippets
            app={application.name}
            secret={key.secret}
            makesKeys
            scopes={key.scopes}
            arrivals={arrivals}
            refusal={refusal}
          />
        </div>
      )}
    </main>
  );
}

/** The key that was just made, or the newest there is when the page was left since. */
function useNewestKey(
  application: Application | undefined,
  made: Key | undefined,
): Key | undefined {
  const found = useSignal<Key | undefined>(undefined);
  const applicationId = application?.id ?? "";
  useEffect(() => {
    found.value = undefined;
    if (applicationId === "" || made !== undefined) return;
    const stop = new AbortController();
    manage
      .with({ signal: stop.signal })
      .applications.ListApiKeys({ applicationId, pageSize: 1, pageToken: "" })
      .then(
        ({ apiKeys: [newest] }) => {
          found.value = newest && {
            secret: undefined,
            scopes: newest.scopes,
            madeMs: msOf(newest.createdAt),
          };
        },
        // Without it the step stays open, and the way to the keys is below it.
        () => undefined,
      );
    return () => stop.abort();
  }, [applicationId, made, returns.value]);
  return made ?? found.value;
}

/** What does something by Enter while it has the focus; the way to send that is shown already does nothing. */
const TAKES_ENTER = "a[href], button:not([aria-pressed=true]), input, select, textarea, summary";

/** By Enter, too, while nothing that takes it has the focus. */
function OpenLogs(props: { to: Place }) {
  const link = useRef<HTMLAnchorElement>(null);
  // Who is typing elsewhere goes on.
  useEffect(() => {
    if (document.activeElement === document.body) link.current?.focus();
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== "Enter" || event.repeat || event.defaultPrevented) return;
      if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
      if (document.activeElement?.closest(TAKES_ENTER) || document.querySelector(":modal")) return;
      event.preventDefault();
      link.current?.click();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);
  return (
    <a class="button main" ref={link} href={pathOf(props.to)}>
      Open the logs <kbd aria-hidden="true">↵</kbd>
    </a>
  );
}

function titleOf(
  who: User | null | undefined,
  isNew: boolean,
  received: boolean,
  key: Key | undefined,
): string {
  if (received) return "The first entry is in.";
  if (key !== undefined) return "Ready for the first entry.";
  return isNew || !who ? "Welcome to Argus." : "A new application.";
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
      await door.auth.SetUpOwner({
        name: textIn(form, "name"),
        email: textIn(form, "email"),
        password: textIn(form, "password"),
        setupCode: setupCodeIn(textIn(form, "code")),
      }),
    );
    props.onDone();
    await loadApplications();
    go({ screen: "setup", code: "", app: "" }, "replace");
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
  const name = useSignal("");
  const chosen = useSignal("");
  // The one that it would have by its name, until another one is chosen.
  const color = chosen.value || COLOURS[colourOf({ name: name.value, color: "" }) - 1] || "";
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
        onInput={(text) => (name.value = text)}
      />
      <ColourChoice value={color} onChange={(one) => (chosen.value = one)} />
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
  return application === undefined ? undefined : msOf(application.createdAt);
}

function keptText(days: number): string {
  return days === 0 ? "kept for ever" : `kept ${days} ${days === 1 ? "day" : "days"}`;
}
