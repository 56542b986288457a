/**
 * The line at the foot of a screen: what was done on the left, how it is shown on the right.
 * Invariant: of what it says, which may change ten times a second, screen readers are told at most every five seconds,
 * and never while somebody types.
 */
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { showKeys } from "../shell/keys-dialog.tsx";

const SPEAK_MS = 5000;
/** Of cells: the state, and how much was found. The others are there to be read. */
const SPOKEN_CELLS = 2;
let typedMs = -Infinity;
addEventListener("input", () => (typedMs = performance.now()), { capture: true });

export function StatusLine(props: {
  /** A cell each; what is not there is left out. */
  left: readonly ComponentChildren[];
  right?: readonly ComponentChildren[];
  tone?: "done" | "warn" | "danger" | "quiet";
}) {
  const line = useRef<HTMLDivElement>(null);
  const spoken = useSpoken(line);
  const cells = (all: readonly ComponentChildren[]) =>
    all.map(
      (cell, at) =>
        Boolean(cell) && (
          <span class="cell" key={at}>
            {cell}
          </span>
        ),
    );
  return (
    <footer class="status-line">
      <div class={`cells ${props.tone ?? "done"}`} role="status" aria-live="off" ref={line}>
        {cells(props.left)}
      </div>
      <p class="unseen" aria-live="polite">
        {spoken}
      </p>
      <div class="cells end-cells">
        {cells(props.right ?? [])}
        <button type="button" class="cell plain" onClick={() => (showKeys.value = true)}>
          <kbd>?</kbd> keys
        </button>
      </div>
    </footer>
  );
}

/** What screen readers are told of the line. */
function useSpoken(line: { readonly current: HTMLElement | null }): string {
  const spoken = useSignal("");
  const spokenMs = useRef(-Infinity);
  useEffect(() => {
    const cells = [...(line.current?.children ?? [])].slice(0, SPOKEN_CELLS);
    const text = cells.map(({ textContent }) => textContent).join(", ");
    if (text === spoken.peek()) return;
    const say = (): void => {
      const now = performance.now();
      const restMs = SPEAK_MS - (now - Math.max(spokenMs.current, typedMs));
      if (restMs > 0) timer = setTimeout(say, restMs);
      else {
        spokenMs.current = now;
        spoken.value = text;
      }
    };
    let timer: ReturnType<typeof setTimeout> | undefined;
    say();
    return () => clearTimeout(timer);
  });
  return spoken.value;
}
