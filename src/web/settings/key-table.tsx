/**
 * Keys as a table; below one that is being rotated, who has not switched yet.
 */
import type { ApiKey } from "../../../generated/client/argus/v1/application_service.ts";
import { ActionTable } from "../parts/action-table.tsx";
import { scopeName } from "../parts/scopes.tsx";
import { dayText, exactText, When } from "../parts/when.tsx";
import { msOf, shownText, spanText } from "../words.ts";

const DAY_MS = 86_400_000;
/** Unused for longer, a key is pointed out. */
const IDLE_MS = 30 * DAY_MS;
/** Ending sooner, too. */
const SOON_MS = 14 * DAY_MS;

export function KeyTable(props: {
  keys: readonly ApiKey[];
  mayChange: (key: ApiKey) => boolean;
  onRotate: (key: ApiKey) => void;
  onRevoke: (key: ApiKey) => void;
}) {
  return (
    <ActionTable
      rows={props.keys}
      keyOf={(key) => key.id}
      columns={[
        { head: "Key", cell: (key) => <KeyName of={key} /> },
        { head: "May", cell: (key) => <Scopes of={key} /> },
        { head: "Last used", cell: (key) => <Used of={key} /> },
        { head: "Expires", cell: (key) => <Expires ms={msOf(key.expiresAt)} /> },
        {
          head: "Made",
          cell: ({ createdAt }) => (
            <time title={exactText(msOf(createdAt))}>{dayText(msOf(createdAt))}</time>
          ),
        },
      ]}
      actions={(key) =>
        props.mayChange(key)
          ? [
              { name: "Rotate", label: `Rotate ${key.name}`, run: () => props.onRotate(key) },
              {
                name: "Revoke",
                label: `Revoke ${key.name}`,
                tone: "danger",
                run: () => props.onRevoke(key),
              },
            ]
          : "owners change it"
      }
      below={rotating}
    />
  );
}

function KeyName({ of: key }: { of: ApiKey }) {
  return (
    <>
      <strong>{key.name}</strong>
      <span class="under mono">{key.prefix}…</span>
    </>
  );
}

function Scopes({ of: key }: { of: ApiKey }) {
  return (
    <span>
      {key.scopes.map((scope) => (
        <span class={scopeName(scope) === "write" ? "chip" : "chip plain-chip"} key={scope}>
          {scopeName(scope)}
        </span>
      ))}
    </span>
  );
}

function Used({ of: key }: { of: ApiKey }) {
  const usedMs = msOf(key.lastUsedAt);
  const idleMs = Date.now() - (usedMs || msOf(key.createdAt));
  const refusedMs = msOf(key.lastRefusedAt);
  return (
    <>
      <When ms={usedMs} />
      {key.lastUsedBy !== "" && <span class="under">{key.lastUsedBy}</span>}
      {Date.now() - refusedMs < DAY_MS && (
        <span class="under warn-text" title={key.lastRefusedBy}>
          refused <When ms={refusedMs} />: {shownText(key.lastRefusedReason)}
        </span>
      )}
      {idleMs > IDLE_MS && <span class="under warn-text">unused for {spanText(idleMs)}</span>}
    </>
  );
}

function Expires({ ms }: { ms: number }) {
  if (ms === 0) return <span class="quiet">no expiry</span>;
  const leftMs = ms - Date.now();
  if (leftMs <= 0) return <span class="danger-text">ended {dayText(ms)}</span>;
  return (
    <time class={leftMs < SOON_MS ? "warn-text" : undefined} title={exactText(ms)}>
      {leftMs < SOON_MS ? `in ${spanText(leftMs)}` : dayText(ms)}
    </time>
  );
}

function rotating(key: ApiKey) {
  const leftMs = msOf(key.replacedSecretExpiresAt) - Date.now();
  if (leftMs <= 0) return null;
  const lagging = key.laggingSenders;
  return (
    <p>
      <strong>Rotating.</strong> The old secret still works for {spanText(leftMs)}.{" "}
      {lagging.length === 0 ? (
        "Nobody has sent with it since."
      ) : (
        <>
          Still sending with it:{" "}
          {lagging.map(({ sender, lastUsedAt }, at) => (
            <span key={sender} title={exactText(msOf(lastUsedAt))}>
              {at > 0 && "; "}
              {sender}
            </span>
          ))}
          .
        </>
      )}
    </p>
  );
}
