/**
 * API keys of an application, and how to send with one. A secret is shown once, when it is made.
 */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { type ApiKey, Scope } from "../../../generated/client/argus/v1/application_service.ts";
import { Field, FormProblem, textIn } from "../parts/form.tsx";
import { Snippets } from "../parts/snippets.tsx";
import { api, applications } from "../session.ts";
import { problemOf } from "../words.ts";

export function Keys(props: { app: string }) {
  const application = applications.value.find((one) => one.name === props.app);
  const keys = useSignal<readonly ApiKey[]>([]);
  const secret = useSignal("");
  const problem = useSignal("");
  const applicationId = application?.id ?? "";

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
    secret.value = "";
    if (applicationId !== "") attempt(load());
  }, [applicationId]);

  if (application === undefined)
    return <main class="page">There is no application of that name.</main>;

  const create = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const scopes = [Scope.SCOPE_INGEST, Scope.SCOPE_READ].filter(
      (scope) => form.get(scopeName(scope)) !== null,
    );
    const answer = await api.applications.CreateApiKey({
      applicationId,
      name: textIn(form, "name"),
      scopes,
      expiresAt: undefined,
    });
    secret.value = answer.secret;
    await load();
  };

  return (
    <main class="page">
      <h1>API keys of {application.name}</h1>
      <form class="row-form" onSubmit={(event) => attempt(create(event))}>
        <Field
          label="Name of a new key"
          name="name"
          required
          value={keys.value.length === 0 ? "first key" : ""}
        />
        <label class="tick">
          <input type="checkbox" name="write" checked /> write
        </label>
        <label class="tick">
          <input type="checkbox" name="read" /> read
        </label>
        <button class="main">Create a key</button>
      </form>
      <FormProblem text={problem.value} />
      {secret.value !== "" && <Snippets app={application} secret={secret.value} />}
      {keys.value.length > 0 && (
        <div class="scroll">
          <table>
            <thead>
              <tr>
                <th>Name</th>
                <th>May</th>
                <th>Begins with</th>
                <th>Last used</th>
                <th />
              </tr>
            </thead>
            <tbody>
              {keys.value.map((key) => (
                <tr key={key.id}>
                  <td>{key.name}</td>
                  <td>{key.scopes.map(scopeName).join(", ")}</td>
                  <td class="mono">{key.prefix}</td>
                  <td>
                    {key.lastUsedAt === undefined
                      ? "never"
                      : ago(Number(key.lastUsedAt.seconds) * 1000)}
                  </td>
                  <td class="end">
                    <button
                      type="button"
                      class="danger"
                      onClick={() => {
                        if (
                          confirm(
                            `Revoke “${key.name}”? Programs that send with it are refused at once.`,
                          )
                        )
                          attempt(api.applications.RevokeApiKey({ apiKeyId: key.id }).then(load));
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

function scopeName(scope: Scope): string {
  return scope === Scope.SCOPE_READ ? "read" : "write";
}

function ago(ms: number): string {
  const minutes = Math.floor((Date.now() - ms) / 60_000);
  if (minutes < 1) return "just now";
  if (minutes < 60) return `${minutes} min ago`;
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} h ago`;
  return `${Math.floor(minutes / 1440)} days ago`;
}
