/**
 * Keys of the page. Invariants: what is on screen says which keys it knows, and a key that nobody knows does nothing;
 * single keys are off inside fields, while a dialog is open, and when a person turned them off.
 * Written as people do: `j`, `Shift+N`, `Escape`, `g s` (one after the other), `Mod+K` (⌘, or Ctrl elsewhere).
 */
import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { singleKeys } from "./preferences.ts";

export interface Shortcut {
  readonly keys: string;
  /** What it does, as the list of keys says it. */
  readonly name: string;
  readonly run: (event: KeyboardEvent) => void;
}

interface Known {
  readonly shortcuts: () => readonly Shortcut[];
  readonly isEverywhere: boolean;
  /** When it was drawn first: what holds others is drawn before them, whatever is loaded by then. */
  readonly at: number;
}

/** Those of the screen come before those of every screen, and of them those of what was shown last: the first one wins. */
const known = signal<readonly Known[]>([]);
let drawn = 0;
/** The first key of two, for this long. */
const CHORD_MS = 1500;
let begun = { key: "", atMs: 0 };

export const isApple = /Mac|iPhone|iPad/.test(navigator.userAgent);

/** Makes the keys known while the caller is on screen. @param isEverywhere for what is on every screen. */
export function useShortcuts(shortcuts: readonly Shortcut[], isEverywhere = false): void {
  const newest = useRef(shortcuts);
  newest.current = shortcuts;
  const at = useRef(0);
  if (at.current === 0) at.current = ++drawn;
  useEffect(() => {
    const own: Known = { shortcuts: () => newest.current, isEverywhere, at: at.current };
    known.value = [own, ...known.value].toSorted(
      (a, b) => Number(a.isEverywhere) - Number(b.isEverywhere) || b.at - a.at,
    );
    return () => {
      known.value = known.value.filter((one) => one !== own);
    };
  }, []);
}

/** All keys of what is on screen, each once. */
export function shortcutsNow(): readonly Shortcut[] {
  const all = known.value.flatMap(({ shortcuts }) => shortcuts());
  return all.filter((one, at) => all.findIndex(({ keys }) => keys === one.keys) === at);
}

/** `⌘ K` or `Ctrl K`, a part a key. */
export function keyNames(keys: string): readonly string[] {
  return keys
    .split(/[+ ]/)
    .map((key) => (key === "Mod" ? (isApple ? "⌘" : "Ctrl") : key === "Escape" ? "Esc" : key));
}

addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || event.key === "Shift") return;
  const pressed = pressedOf(event);
  const isSingle = !pressed.startsWith("Mod+") && !/^(F\d+|Escape)$/.test(pressed);
  if (isSingle && (singleKeys.value === "off" || isField(event.target))) return;
  // A dialog has the keyboard to itself.
  if (document.querySelector("dialog:modal") !== null) return;
  // What floats over the page is closed by the browser, unless somebody takes the key from it.
  if (pressed === "Escape" && document.querySelector(":popover-open") !== null) return;
  const all = shortcutsNow();
  const now = event.timeStamp;
  const chord = now - begun.atMs < CHORD_MS ? `${begun.key} ${pressed}` : "";
  const found = all.find(({ keys }) => keys === chord) ?? all.find(({ keys }) => keys === pressed);
  begun = { key: "", atMs: 0 };
  if (found !== undefined) {
    event.preventDefault();
    found.run(event);
  } else if (all.some(({ keys }) => keys.startsWith(`${pressed} `)))
    begun = { key: pressed, atMs: now };
});

function pressedOf(event: KeyboardEvent): string {
  const { key } = event;
  const isLetter = key.length === 1 && key.toLowerCase() !== key.toUpperCase();
  const mod = (isApple ? event.metaKey : event.ctrlKey) ? "Mod+" : "";
  // Of signs the key itself says whether Shift was held.
  const shift = event.shiftKey && (isLetter || key.length > 1) ? "Shift+" : "";
  const other = event.altKey || (isApple ? event.ctrlKey : event.metaKey) ? "Other+" : "";
  const name = mod !== "" || shift !== "" ? key.toUpperCase() : key;
  return `${other}${mod}${shift}${key.length === 1 ? name : key}`;
}

function isField(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return (
    target.isContentEditable ||
    target.matches("textarea, select, input:not([type=checkbox], [type=radio])")
  );
}
