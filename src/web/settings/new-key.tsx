/**
 * Makes a key: its name, what it may, and until when.
 */
import type { Application } from "../../../generated/client/argus/v1/application_service.ts";
import { Scope } from "../../../generated/client/argus/v1/application_service.shapes.ts";
import { Dialog } from "../parts/dialog.tsx";
import { Field, Form, textIn } from "../parts/form.tsx";
import { scopesIn, ScopeTicks } from "../parts/scopes.tsx";
import { manage } from "../manage.ts";
import { timestamp } from "../time-range.ts";
import { msOf } from "../words.ts";
import type { MadeKey } from "./ready-key.tsx";
import { isOwner } from "./roles.tsx";

const DAY_MS = 86_400_000;
const EXPIRIES = [
  ["", "Never"],
  ["7", "In 7 days"],
  ["30", "In 30 days"],
  ["90", "In 90 days"],
  ["365", "In a year"],
] as const;

export function NewKey(props: {
  application: Application;
  onMade: (key: MadeKey) => void;
  onClose: () => void;
}) {
  const { application } = props;
  const mayRead = isOwner(application);
  const submit = async (form: FormData): Promise<void> => {
    const scopes = mayRead ? scopesIn(form) : [Scope.SCOPE_INGEST];
    if (scopes.length === 0) throw new Error("A key may write, read, or both: tick what it may");
    const name = textIn(form, "name");
    const days = Number(textIn(form, "expires"));
    const expiresMs = days === 0 ? undefined : Date.now() + days * DAY_MS;
    const { secret, apiKey } = await manage.applications.CreateApiKey({
      applicationId: application.id,
      name,
      scopes,
      expiresAt: expiresMs === undefined ? undefined : timestamp(expiresMs),
    });
    const madeMs = msOf(apiKey?.createdAt);
    props.onMade({ secret, name, scopes, madeMs, graceMs: undefined, expiresMs });
  };
  return (
    <Dialog title="New key" onClose={props.onClose}>
      <Form action="Create the key" doing="Creating…" onSubmit={submit} onCancel={props.onClose}>
        <Field
          label="Name"
          name="name"
          required
          autofocus
          autoComplete="off"
          hint="What sends with it, such as production collectors"
        />
        {mayRead ? (
          <ScopeTicks legend="It may" first={false} />
        ) : (
          <p class="hint">As an editor you make keys that only write.</p>
        )}
        <div class="field">
          <label for="key-expires">It ends</label>
          <select id="key-expires" name="expires">
            {EXPIRIES.map(([days, name]) => (
              <option key={days} value={days}>
                {name}
              </option>
            ))}
          </select>
        </div>
      </Form>
    </Dialog>
  );
}
