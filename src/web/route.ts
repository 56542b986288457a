/**
 * Where the page is. Invariants: `place` always says what the address bar says; while something on screen would be lost
 * nobody goes elsewhere before they were asked.
 */
import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { base, pathOf, type Place, placeOf } from "./paths.ts";

export const place = signal<Place>(placeOf(new URL(location.href)));

/** Where somebody wants to go who is being asked first. */
export const heldPlace = signal<Place | undefined>(undefined);

let guards = 0;

addEventListener("popstate", () => {
  const to = placeOf(new URL(location.href));
  if (guards === 0) {
    place.value = to;
    return;
  }
  // The browser has gone there already: back to what is on screen.
  history.pushState(null, "", pathOf(place.value));
  heldPlace.value = to;
});

addEventListener("beforeunload", (event) => {
  if (guards > 0) event.preventDefault();
});

/** Links of the page change its place; whatever else a link does (a new tab, a download) is left to the browser. */
document.addEventListener("click", (event) => {
  if (event.defaultPrevented || event.button !== 0) return;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
  if (!(link instanceof HTMLAnchorElement) || link.target !== "" || link.hasAttribute("download"))
    return;
  const url = new URL(link.href);
  if (url.origin !== location.origin || !url.pathname.startsWith(`${base}/`)) return;
  event.preventDefault();
  if (url.href !== location.href) go(placeOf(url));
});

export function go(to: Place, how: "push" | "replace" = "push"): void {
  if (guards > 0) {
    heldPlace.value = to;
    return;
  }
  move(to, how);
}

function move(to: Place, how: "push" | "replace"): void {
  const path = pathOf(to);
  // What is kept with the place, such as a query that has not run, is of what is asked there.
  const state: unknown = asksTheSame(to, place.peek()) ? history.state : null;
  if (how === "push") history.pushState(state, "", path);
  else history.replaceState(state, "", path);
  place.value = to;
}

function asksTheSame(to: Place, now: Place): boolean {
  if (to.screen !== "logs" || now.screen !== "logs") return false;
  return to.app === now.app && to.query === now.query;
}

/** While `on`, whoever wants to leave is held, for the caller to ask them. */
export function useGuard(on: boolean): void {
  useEffect(() => {
    if (!on) return;
    guards++;
    return () => {
      guards--;
    };
  }, [on]);
}

/** Lets go who was held. */
export function release(): void {
  const to = heldPlace.value;
  heldPlace.value = undefined;
  if (to !== undefined) move(to, "push");
}
