/**
 * Every URL of the page, built here and read here. Invariant: all are below the base the page was served from,
 * so that a path prefix of a proxy is kept.
 */
import { DEFAULT_FROM, NOW } from "./time-range.ts";

/** "" or "/prefix", without a slash at the end: the server writes it into the page as its base. */
export const base = new URL("./", document.baseURI).pathname.replace(/\/$/, "");

export interface LogsPlace {
  readonly screen: "logs";
  readonly app: string;
  readonly query: string;
  readonly from: string;
  readonly to: string;
  readonly live: boolean;
  /** Id of the entry that is open; "" for none. */
  readonly row: string;
}

export type Place =
  | { readonly screen: "home" }
  | { readonly screen: "signin"; readonly next: string }
  | { readonly screen: "setup"; readonly code: string }
  | { readonly screen: "invite"; readonly code: string }
  | { readonly screen: "reset"; readonly code: string }
  | LogsPlace
  | { readonly screen: "keys"; readonly app: string };

/** The logs of an application with nothing asked. */
export function logsOf(app: string): LogsPlace {
  return { screen: "logs", app, query: "", from: DEFAULT_FROM, to: NOW, live: false, row: "" };
}

export function pathOf(place: Place): string {
  switch (place.screen) {
    case "home":
      return `${base}/`;
    case "signin":
      return `${base}/signin${place.next === "" ? "" : `?${new URLSearchParams({ next: place.next })}`}`;
    case "setup":
    case "invite":
    case "reset":
      return `${base}/${place.screen}${place.code === "" ? "" : `#${place.code}`}`;
    case "logs": {
      const search = new URLSearchParams();
      if (place.query !== "") search.set("q", place.query);
      if (place.from !== DEFAULT_FROM) search.set("from", place.from);
      if (place.to !== NOW) search.set("to", place.to);
      if (place.live) search.set("live", "1");
      if (place.row !== "") search.set("row", place.row);
      return `${base}/a/${encodeURIComponent(place.app)}/logs${search.size === 0 ? "" : `?${search}`}`;
    }
    case "keys":
      return `${base}/a/${encodeURIComponent(place.app)}/settings/keys`;
    default:
      return place satisfies never;
  }
}

const CODED = { "/setup": "setup", "/invite": "invite", "/reset": "reset" } as const;

/** @returns the place an address names; an unknown one is home. */
export function placeOf(url: URL): Place {
  const path = url.pathname.startsWith(base) ? url.pathname.slice(base.length) : url.pathname;
  if (path === "/signin") return { screen: "signin", next: url.searchParams.get("next") ?? "" };
  // The code stands behind the hash: it is never sent to a server or kept in its log.
  if (path === "/setup" || path === "/invite" || path === "/reset")
    return { screen: CODED[path], code: url.hash.slice(1) };
  const [, a, app, page, sub] = path.split("/");
  if (a !== "a" || app === undefined || app === "") return { screen: "home" };
  const name = decoded(app);
  if (page === "settings" && sub === "keys") return { screen: "keys", app: name };
  return {
    screen: "logs",
    app: name,
    query: url.searchParams.get("q") ?? "",
    from: url.searchParams.get("from") ?? DEFAULT_FROM,
    to: url.searchParams.get("to") ?? NOW,
    live: url.searchParams.get("live") === "1",
    row: url.searchParams.get("row") ?? "",
  };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
