/**
 * Short messages that come and go: what was done, with a way back where there is one, and what failed. They float at
 * the foot of the page and take no focus; F8 goes to them.
 */
import { signal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { useShortcuts } from "../shortcuts.ts";

interface Toast {
  readonly id: number;
  readonly text: string;
  readonly kind: "done" | "error";
}

const SHOWN_MS = 5000;
/** What failed is read twice. */
const ERROR_MS = 15_000;
const MOST = 3;

const toasts = signal<readonly Toast[]>([]);
let made = 0;

export function say(text: string, kind: Toast["kind"] = "done"): void {
  const id = ++made;
  toasts.value = [...toasts.value.slice(1 - MOST), { id, text, kind }];
  setTimeout(() => dismiss(id), kind === "error" ? ERROR_MS : SHOWN_MS);
}

function dismiss(id: number): void {
  toasts.value = toasts.value.filter((one) => one.id !== id);
}

export function Toasts() {
  const list = useRef<HTMLDivElement>(null);
  useShortcuts(
    [
      {
        keys: "F8",
        name: "Go to the message",
        run: () => {
          const target =
            list.current?.querySelector("button") ??
            document.querySelector<HTMLElement>('[role="alert"]');
          if (target === null) return;
          if (target.tabIndex < 0) target.tabIndex = -1;
          target.focus();
        },
      },
    ],
    true,
  );
  return (
    <div class="toasts" ref={list}>
      <div role="status">{toasts.value.filter(({ kind }) => kind === "done").map(row)}</div>
      {toasts.value
        .filter(({ kind }) => kind === "error")
        .map((toast) => (
          <div role="alert" key={toast.id}>
            {row(toast)}
          </div>
        ))}
    </div>
  );
}

function row({ id, text }: Toast) {
  return (
    <p class="toast" key={id}>
      {text}
      <button type="button" class="plain" aria-label="Dismiss" onClick={() => dismiss(id)}>
        ×
      </button>
    </p>
  );
}
