/**
 * What a person chose for this browser: theme, density, time zone, keys.
 * Invariants: it is no secret and leaves no trace on the server; all tabs follow a change; what is stored and cannot be
 * read is the default.
 */
import { effect, type Signal, signal } from "@preact/signals";
import { isZone } from "./logs-place.ts";
import { ownZone } from "./time/wall-clock.ts";

export type Theme = "system" | "dark" | "light";
export type Density = "compact" | "standard" | "roomy";

const PREFIX = "argus.";

const themes: readonly Theme[] = ["system", "dark", "light"];
const densities: readonly Density[] = ["compact", "standard", "roomy"];

/** Ink (dark) or paper (light); the system's until one is chosen. */
export const theme = preference<Theme>("theme", "system", (text) =>
  themes.find((one) => one === text),
);
/** Height of rows where the address does not say. */
export const density = preference<Density>("rows", "standard", (text) =>
  densities.find((one) => one === text),
);
/** `local`, `utc` or an IANA zone, where the address does not say. */
export const zone = preference("zone", "local", (text) => (isZone(text) ? text : undefined));
/** Whether single keys do something; those with ⌘ or Ctrl always do. */
export const singleKeys = preference<"on" | "off">("keys", "on", (text) =>
  text === "on" || text === "off" ? text : undefined,
);

const light = matchMedia("(prefers-color-scheme: light)");
const systemTheme = signal<"dark" | "light">(light.matches ? "light" : "dark");
light.addEventListener("change", () => {
  systemTheme.value = light.matches ? "light" : "dark";
});

/** The theme that is shown. */
export function shownTheme(): "dark" | "light" {
  return theme.value === "system" ? systemTheme.value : theme.value;
}

/** The zone as `Intl` takes it. */
export function zoneName(chosen: string): string {
  if (chosen === "utc") return "UTC";
  return chosen === "local" ? ownZone() : chosen;
}

effect(() => {
  document.documentElement.dataset["theme"] = shownTheme();
});

function preference<T extends string>(
  name: string,
  fallback: T,
  read: (text: string) => T | undefined,
): Signal<T> {
  const stored = (): T => read(localStorage.getItem(PREFIX + name) ?? "") ?? fallback;
  const value = signal(stored());
  effect(() => {
    if (value.value === fallback) localStorage.removeItem(PREFIX + name);
    else localStorage.setItem(PREFIX + name, value.value);
  });
  addEventListener("storage", (event) => {
    if (event.key === PREFIX + name || event.key === null) value.value = stored();
  });
  return value;
}
