/**
 * Ink (dark) or paper (light): the system's choice until the person makes one.
 */
import { effect, signal } from "@preact/signals";

export type Theme = "dark" | "light";

const stored = localStorage.getItem("argus.theme");
export const theme = signal<Theme>(
  stored === "dark" || stored === "light"
    ? stored
    : matchMedia("(prefers-color-scheme: light)").matches
      ? "light"
      : "dark",
);

effect(() => {
  document.documentElement.dataset["theme"] = theme.value;
});

export function toggleTheme(): void {
  theme.value = theme.value === "dark" ? "light" : "dark";
  localStorage.setItem("argus.theme", theme.value);
}
