/**
 * The keys of what is on screen, by `?`.
 */
import { signal } from "@preact/signals";
import { Dialog } from "../parts/dialog.tsx";
import { singleKeys } from "../preferences.ts";
import { keyNames, shortcutsNow } from "../shortcuts.ts";

export const showKeys = signal(false);

export function KeysDialog() {
  const shortcuts = shortcutsNow().filter(({ name }) => name !== "");
  return (
    <Dialog title="Keys" class="dialog keys" onClose={() => (showKeys.value = false)}>
      <dl>
        {shortcuts.map(({ keys, name }) => (
          <div key={keys}>
            <dt>
              {keyNames(keys).map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{name}</dd>
          </div>
        ))}
      </dl>
      <label class="tick">
        <input
          type="checkbox"
          checked={singleKeys.value === "on"}
          onChange={(event) => {
            singleKeys.value = event.currentTarget.checked ? "on" : "off";
          }}
        />{" "}
        Single keys do something
      </label>
      <p class="hint">Keys with {keyNames("Mod")[0]} always do. In fields, single keys are text.</p>
      <div class="actions">
        <button type="button" class="main" onClick={() => (showKeys.value = false)}>
          Close
        </button>
      </div>
    </Dialog>
  );
}
