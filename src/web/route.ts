/**
 * Where the page is. Invariant: `place` always says what the address bar says.
 */
import { signal } from "@preact/signals";
import { base, pathOf, type Place, placeOf } from "./paths.ts";

export const place = signal<Place>(placeOf(new URL(location.href)));

addEventListener("popstate", () => {
  place.value = placeOf(new URL(location.href));
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
  const path = pathOf(to);
  if (how === "push") history.pushState(null, "", path);
  else history.replaceState(null, "", path);
  place.value = to;
}
