/**
 * API keys of an application, and how to send with one. A secret is shown once, when it is made.
 */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { ApiKey, Scope } from "../../../generated/client/argus/v1/application_service.ts";
import { useArrivals } from "../arrivals.ts";
import { EntryLine } from "../parts/entry-list.tsx";
import { Field, FormProblem, textIn } from "../parts/form.tsx";
import { scopeName, scopesIn, ScopeTicks } from "../parts/scopes.tsx";
import { Snippets } from "../parts/snippets.tsx";
import { api, applications } from "../session.ts";
import { problemOf } from "../words.ts";
import { say } from "../shell/toasts.tsx";
import { NoApplication } from "./no-application.tsx";

interface Made {
  readonly secret: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly madeMs: number;
}

export function Keys(props: { app: string }) {
  const application = applications.value?.find((one) => one.name === props.app);
  const keys = useSignal<readonly ApiKey[]>([]);
  const made = useSignal<Made | undefined>(undefined);
  const problem = useSignal("");
  const applicationId = application?.id ?? "";
  const arrivals = useArrivals(
    made.value === undefined ? "" : applicationId,
    made.value?.madeMs ?? 0,
  ).value;

  const load = async (): Promise<void> => {
    const answer = await api.applications.ListApiKeys({
      applicationId,
      pageSize: 1000,
      pageToken: "",
    });
    keys.value = answer.apiKeys;
  };
  const attempt = (work: Promise<void>): void => {
    problem.value = "";
    work.catch((error: unknown) => {
      problem.value = problemOf(error);
    });
  };
  useEffect(() => {
    made.value = undefined;
    if (applicationId !== "") attempt(load());
  }, [applicationId]);

  if (application === undefined) return <NoApplication name={props.app} />;

  const create = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const element = event.currentTarget as HTMLFormElement;
    const form = new FormData(element);
    const scopes = scopesIn(form);
    if (scopes.length === 0) throw new Error("A key may write, read, or both: tick what it may");
    const answer = await api.applications.CreateApiKey({
      applicationId,
      name: textIn(form, "name"),
      scopes,
      expiresAt: undefined,
    });
    made.value = {
      secret: answer.secret,
      name: textIn(form, "name"),
      scopes,
      madeMs: Number(answer.apiKey?.createdAt?.seconds ?? 0n) * 1000,
    };
    element.reset();
    await load();
  };

  return (
    <main class="page">
      <h1>API keys</h1>
      <p class="quiet">
        A key belongs to {application.name} and may write entries, read them, or both. Only its hash
        is stored.
      </p>
      <form class="row-form" onSubmit={(event) => attempt(create(event))}>
        <Field label="Name of a new key" name="name" required autoComplete="off" />
        <ScopeTicks legend="It may" first={false} />
        <button class="main">Create a key</button>
      </form>
      <FormProblem text={problem.value} />
      {made.value !== undefined && (
        <section class="ready" aria-label="New key">
          <p>
            <strong>“{made.value.name}” is ready. Copy it now, it is shown only here.</strong>
          </p>
          <Snippets
            key={made.value.secret}
            app={application.name}
            secret={made.value.secret}
            scopes={made.value.scopes}
            arrivals={arrivals}
          />
          {arrivals.first !== undefined && <EntryLine entry={arrivals.first} />}
        </section>
      )}
      {keys.value.length === 0 && <p class="quiet">No keys yet. Programs need one to write.</p>}
      {keys.value.length > 0 && (
        <div class="scroll">
          <table>
            <thead>
              <tr>
                <th>Key</th>
                <th>May</th>
                <th>Last used</th>
                <th>
                  <span class="unseen">Actions</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {keys.value.map((key) => (
                <tr key={key.id}>
                  <td>
                    {key.name}
                    <span class="under mono">{key.prefix}…</span>
                  </td>
                  <td>
                    {key.scopes.map((scope) => (
                      <span class="chip" key={scope}>
                        {scopeName(scope)}
                      </span>
                    ))}
                  </td>
                  <td>
                    {key.lastUsedAt === undefined
                      ? "never"
                      : ago(Number(key.lastUsedAt.seconds) * 1000)}
                    {key.lastUsedBy !== "" && <span class="under">{key.lastUsedBy}</span>}
                  </td>
                  <td class="end">
                    <button
                      type="button"
                      class="danger"
                      aria-label={`Revoke ${key.name}`}
                      onClick={() => {
                        if (
                          confirm(
                            `Revoke “${key.name}”? Programs that send with it are refused at once.`,
                          )
                        )
                          attempt(
                            api.applications.RevokeApiKey({ apiKeyId: key.id }).then(() => {
                              say("Key revoked. Requests with it fail from now on");
                              return load();
                            }),
                          );
                      }}
                    >
                      Revoke
                    </button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </main>
  );
}

function ago(ms: number): string {
  const minutes = Math.floor((Date.now() - ms) / 60_000);
  if (minutes < 1) return "just now";
  if (minutes < 60) return `${minutes} min ago`;
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} h ago`;
  return `${Math.floor(minutes / 1440)} days ago`;
}
