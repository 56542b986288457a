/**
 * The line at the foot of a screen: what was done on the left, how it is shown on the right.
 */
import type { ComponentChildren } from "preact";
import { showKeys } from "../shell/keys-dialog.tsx";

export function StatusLine(props: {
  /** A cell each; what is not there is left out. */
  left: readonly ComponentChildren[];
  right?: readonly ComponentChildren[];
  tone?: "done" | "warn" | "danger" | "quiet";
}) {
  const cells = (all: readonly ComponentChildren[]) =>
    all.filter(Boolean).map((cell, at) => (
      <span class="cell" key={at}>
        {cell}
      </span>
    ));
  return (
    <footer class="status-line">
      <div class={`cells ${props.tone ?? "done"}`} role="status">
        {cells(props.left)}
      </div>
      <div class="cells end-cells">
        {cells(props.right ?? [])}
        <button type="button" class="cell plain" onClick={() => (showKeys.value = true)}>
          <kbd>?</kbd> keys
        </button>
      </div>
    </footer>
  );
}
