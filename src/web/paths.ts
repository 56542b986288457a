/**
 * Every URL of the page, built here and read here. Invariant: all are below the base the page was served from,
 * so that a path prefix of a proxy is kept.
 */

/** "" or "/prefix", without a slash at the end: the server writes it into the page as its base. */
export const base = new URL("./", document.baseURI).pathname.replace(/\/$/, "");

export type Place =
  | { readonly screen: "home" }
  | { readonly screen: "signin"; readonly next: string }
  | { readonly screen: "setup"; readonly code: string }
  | { readonly screen: "logs"; readonly app: string; readonly query: string; readonly from: string }
  | { readonly screen: "keys"; readonly app: string };

export const DEFAULT_FROM = "-60m";

export function pathOf(place: Place): string {
  switch (place.screen) {
    case "home":
      return `${base}/`;
    case "signin":
      return `${base}/signin${place.next === "" ? "" : `?${new URLSearchParams({ next: place.next })}`}`;
    case "setup":
      return `${base}/setup${place.code === "" ? "" : `#${place.code}`}`;
    case "logs": {
      const search = new URLSearchParams();
      if (place.query !== "") search.set("q", place.query);
      if (place.from !== DEFAULT_FROM) search.set("from", place.from);
      return `${base}/a/${encodeURIComponent(place.app)}/logs${search.size === 0 ? "" : `?${search}`}`;
    }
    case "keys":
      return `${base}/a/${encodeURIComponent(place.app)}/settings/keys`;
    default:
      return place satisfies never;
  }
}

/** @returns the place an address names; an unknown one is home. */
export function placeOf(url: URL): Place {
  const path = url.pathname.startsWith(base) ? url.pathname.slice(base.length) : url.pathname;
  if (path === "/signin") return { screen: "signin", next: url.searchParams.get("next") ?? "" };
  // The code stands behind the hash: it is never sent to a server or kept in its log.
  if (path === "/setup") return { screen: "setup", code: url.hash.slice(1) };
  const [, a, app, page, sub] = path.split("/");
  if (a === "a" && app !== undefined && app !== "") {
    const name = decodeURIComponent(app);
    if (page === "settings" && sub === "keys") return { screen: "keys", app: name };
    return {
      screen: "logs",
      app: name,
      query: url.searchParams.get("q") ?? "",
      from: url.searchParams.get("from") ?? DEFAULT_FROM,
    };
  }
  return { screen: "home" };
}
