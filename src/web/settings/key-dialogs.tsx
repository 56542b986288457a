/**
 * Gives a key another secret, and ends one: each says first what hangs on it.
 */
import { useEffect, useRef } from "preact/hooks";
import type { ApiKey } from "../../../generated/client/argus/v1/application_service.ts";
import { Confirm } from "../parts/confirm.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { Form, textIn } from "../parts/form.tsx";
import { Loading } from "../parts/loading.tsx";
import { When } from "../parts/when.tsx";
import { manage } from "../manage.ts";
import { say } from "../shell/toasts.tsx";
import type { Loaded } from "../use-loaded.ts";
import { msOf } from "../words.ts";
import type { MadeKey } from "./ready-key.tsx";

const HOUR_S = 3600;
const GRACES = [
  [HOUR_S, "for an hour"],
  [24 * HOUR_S, "for 24 hours"],
  [7 * 24 * HOUR_S, "for 7 days"],
  [30 * 24 * HOUR_S, "for 30 days"],
  [0, "no longer: it ends now"],
] as const;
/** A key that was used so short ago has senders that will fail. */
const IN_USE_MS = 24 * HOUR_S * 1000;

export function Rotate(props: { of: ApiKey; onMade: (key: MadeKey) => void; onClose: () => void }) {
  const { of: key } = props;
  const submit = async (form: FormData): Promise<void> => {
    const { secret, apiKey } = await manage.applications.RotateApiKey({
      apiKeyId: key.id,
      graceSeconds: Number(textIn(form, "grace")),
    });
    const madeMs = msOf(apiKey?.rotatedAt);
    props.onMade({
      secret,
      name: key.name,
      scopes: key.scopes,
      madeMs,
      graceMs: msOf(apiKey?.replacedSecretExpiresAt) || madeMs,
      expiresMs: key.expiresAt === undefined ? undefined : msOf(key.expiresAt),
    });
  };
  return (
    <Dialog title={`Rotate “${key.name}”`} onClose={props.onClose}>
      <p>
        It gets a new secret, shown once. Programs switch while the one of now works, too; the list
        of keys names those that have not.
      </p>
      {msOf(key.replacedSecretExpiresAt) > Date.now() && (
        <p class="warn-note">It is being rotated already: the secret of before ends now.</p>
      )}
      <Form action="Make the new secret" doing="Making…" onSubmit={submit} onCancel={props.onClose}>
        <div class="field">
          <label for="key-grace">The secret of now works</label>
          <select id="key-grace" name="grace">
            {GRACES.map(([seconds, name]) => (
              <option key={seconds} value={seconds} selected={seconds === 24 * HOUR_S}>
                {name}
              </option>
            ))}
          </select>
        </div>
      </Form>
    </Dialog>
  );
}

/** A key may have been used since it was listed: nothing is said of that, and nothing ended, before it is read anew. */
export function Revoke(props: {
  of: ApiKey;
  list: Loaded<readonly ApiKey[]>;
  onDone: () => void;
  onClose: () => void;
}) {
  const { of: key, list } = props;
  const before = useRef(list.value);
  useEffect(list.reload, []);
  const fresh =
    list.value === before.current ? undefined : list.value?.find(({ id }) => id === key.id);
  const isGone = list.value !== before.current && fresh === undefined;
  const inUse = Date.now() - msOf(fresh?.lastUsedAt) < IN_USE_MS;
  return (
    <Confirm
      title={`Revoke “${key.name}”`}
      action="Revoke the key"
      doing="Revoking…"
      typed={inUse ? key.name : ""}
      blocked={fresh === undefined}
      onClose={props.onClose}
      onConfirm={async () => {
        await manage.applications.RevokeApiKey({ apiKeyId: key.id });
        say("Key revoked. Requests with it fail from now on");
        props.onDone();
      }}
    >
      {isGone ? (
        <p>Somebody revoked it meanwhile.</p>
      ) : (
        <>
          <Loading of={{ ...list, value: fresh }} rows={1} />
          <p>
            {fresh !== undefined && <Used of={fresh} />} Requests with it fail at once, and it
            cannot be brought back.
          </p>
        </>
      )}
    </Confirm>
  );
}

function Used({ of: key }: { of: ApiKey }) {
  const usedMs = msOf(key.lastUsedAt);
  if (usedMs === 0) return <>It was never used.</>;
  return (
    <>
      Last used <When ms={usedMs} />
      {key.lastUsedBy !== "" && `, by ${key.lastUsedBy}`}.
    </>
  );
}
