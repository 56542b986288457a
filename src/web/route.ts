/**
 * Where the page is. Invariant: `place` always says what the address bar says.
 */
import { signal } from "@preact/signals";
import { pathOf, type Place, placeOf } from "./paths.ts";

export const place = signal<Place>(placeOf(new URL(location.href)));

addEventListener("popstate", () => {
  place.value = placeOf(new URL(location.href));
});

export function go(to: Place, how: "push" | "replace" = "push"): void {
  const path = pathOf(to);
  if (how === "push") history.pushState(null, "", path);
  else history.replaceState(null, "", path);
  place.value = to;
}
