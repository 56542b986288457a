/**
 * Keys as a table; below one that is being rotated, who has not switched yet.
 */
import type { ApiKey } from "../../../generated/client/argus/v1/application_service.ts";
import { away } from "../connection.ts";
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
    <div class="scroll">
      <table class="stacks">
        <thead>
          <tr>
            <th>Key</th>
            <th>May</th>
            <th>Last used</th>
            <th>Expires</th>
            <th>Made</th>
            <th>
              <span class="unseen">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {props.keys.map((key) => (
            <KeyRows key={key.id} of={key} {...props} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function KeyRows(props: {
  of: ApiKey;
  mayChange: (key: ApiKey) => boolean;
  onRotate: (key: ApiKey) => void;
  onRevoke: (key: ApiKey) => void;
}) {
  const { of: key } = props;
  const isAway = away.value !== undefined;
  const why = isAway ? "Not connected" : undefined;
  return (
    <>
      <tr>
        <td data-head="Key">
          <strong>{key.name}</strong>
          <span class="under mono">{key.prefix}…</span>
        </td>
        <td data-head="May">
          <span>
            {key.scopes.map((scope) => (
              <span class={scopeName(scope) === "write" ? "chip" : "chip plain-chip"} key={scope}>
                {scopeName(scope)}
              </span>
            ))}
          </span>
        </td>
        <td data-head="Last used">
          <Used of={key} />
        </td>
        <td data-head="Expires">
          <Expires ms={msOf(key.expiresAt)} />
        </td>
        <td data-head="Made">
          <time title={exactText(msOf(key.createdAt))}>{dayText(msOf(key.createdAt))}</time>
        </td>
        <td class="row-actions">
          {props.mayChange(key) ? (
            <>
              <button
                type="button"
                class="plain"
                aria-label={`Rotate ${key.name}`}
                disabled={isAway}
                title={why}
                onClick={() => props.onRotate(key)}
              >
                Rotate
              </button>
              <button
                type="button"
                class="danger"
                aria-label={`Revoke ${key.name}`}
                disabled={isAway}
                title={why}
                onClick={() => props.onRevoke(key)}
              >
                Revoke
              </button>
            </>
          ) : (
            <span class="under">owners change it</span>
          )}
        </td>
      </tr>
      <Rotating of={key} />
    </>
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

function Rotating({ of: key }: { of: ApiKey }) {
  const leftMs = msOf(key.replacedSecretExpiresAt) - Date.now();
  if (leftMs <= 0) return null;
  const lagging = key.laggingSenders;
  return (
    <tr class="rotating">
      <td colSpan={6}>
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
      </td>
    </tr>
  );
}
