/**
 * Ink (dark) or paper (light): the system's choice, also when it changes, until the person makes one.
 */
import { effect, signal } from "@preact/signals";

export type Theme = "dark" | "light";

const light = matchMedia("(prefers-color-scheme: light)");

function chosen(): Theme | undefined {
  const stored = localStorage.getItem("argus.theme");
  return stored === "dark" || stored === "light" ? stored : undefined;
}

export const theme = signal<Theme>(chosen() ?? ofSystem());

function ofSystem(): Theme {
  return light.matches ? "light" : "dark";
}

light.addEventListener("change", () => {
  theme.value = chosen() ?? ofSystem();
});

effect(() => {
  document.documentElement.dataset["theme"] = theme.value;
});

export function toggleTheme(): void {
  theme.value = theme.value === "dark" ? "light" : "dark";
  localStorage.setItem("argus.theme", theme.value);
}
