/**
 * Every URL of the page, built here and read here. Invariant: all are below the base the page was served from,
 * so that a path prefix of a proxy is kept.
 */
import { asking, logsIn, type LogsPlace, searchOf } from "./logs-place.ts";

/** "" or "/prefix", without a slash at the end: the server writes it into the page as its base. */
export const base = new URL("./", document.baseURI).pathname.replace(/\/$/, "");

/** In the order in which they are listed. */
export const SETTINGS_PAGES = [
  "general",
  "members",
  "keys",
  "retention",
  "audit",
  "danger",
] as const;
export const INSTANCE_PAGES = ["users", "applications", "system", "audit"] as const;
export const ACCOUNT_PAGES = ["profile", "password", "sessions", "appearance"] as const;

export type SettingsPage = (typeof SETTINGS_PAGES)[number];
export type InstancePage = (typeof INSTANCE_PAGES)[number];
export type AccountPage = (typeof ACCOUNT_PAGES)[number];

export type Place =
  | { readonly screen: "home" }
  /** `next` is where to go from there, as a path with its query. */
  | { readonly screen: "signin"; readonly next: string }
  /** `app` is the application whose first entry is awaited; "" when there is none yet. */
  | { readonly screen: "setup"; readonly code: string; readonly app: string }
  | { readonly screen: "invite"; readonly code: string }
  | { readonly screen: "reset"; readonly code: string }
  | LogsPlace
  /** One entry, wherever in time it is. */
  | { readonly screen: "entry"; readonly app: string; readonly id: string }
  | { readonly screen: "settings"; readonly app: string; readonly page: SettingsPage }
  | { readonly screen: "instance"; readonly page: InstancePage }
  | { readonly screen: "account"; readonly page: AccountPage };

export function pathOf(place: Place): string {
  switch (place.screen) {
    case "home":
      return `${base}/`;
    case "signin":
      return `${base}/signin${searchText({ next: place.next })}`;
    case "setup":
      return `${base}/setup${searchText({ app: place.app })}${hashText(place.code)}`;
    case "invite":
    case "reset":
      return `${base}/${place.screen}${hashText(place.code)}`;
    case "logs": {
      const search = searchOf(place);
      return `${base}/a/${encodeURIComponent(place.app)}/logs${search.size === 0 ? "" : `?${search}`}`;
    }
    case "entry":
      return `${base}/a/${encodeURIComponent(place.app)}/e/${encodeURIComponent(place.id)}`;
    case "settings":
      return `${base}/a/${encodeURIComponent(place.app)}/settings/${place.page}`;
    case "instance":
    case "account":
      return `${base}/${place.screen}/${place.page}`;
    default:
      return place satisfies never;
  }
}

/** Where a trace id leads to: the trace beside its own entry, else all that names it, as id or in a value. */
export function tracePath(
  at: LogsPlace,
  entry: { readonly id: string; readonly traceId: string },
  traceId: string,
): string {
  const isOwn = entry.traceId === traceId;
  return pathOf(
    isOwn
      ? { ...at, row: entry.id, panel: "trace", context: "" }
      : asking(at, { query: traceId, tab: "" }),
  );
}

/** @returns the place an address names; an unknown one is home. */
export function placeOf(url: URL): Place {
  const path = url.pathname.startsWith(base) ? url.pathname.slice(base.length) : url.pathname;
  const [, first = "", second = "", third = "", fourth = ""] = path.split("/").map(decoded);
  // A code stands behind the hash: it is never sent to a server or kept in its log.
  const code = url.hash.slice(1);
  switch (first) {
    case "signin":
      return { screen: "signin", next: url.searchParams.get("next") ?? "" };
    case "setup":
      return { screen: "setup", code, app: url.searchParams.get("app") ?? "" };
    case "invite":
    case "reset":
      return { screen: first, code };
    case "instance":
      return { screen: "instance", page: oneOf(INSTANCE_PAGES, second) };
    case "account":
      return { screen: "account", page: oneOf(ACCOUNT_PAGES, second) };
    case "a":
      if (second === "") return { screen: "home" };
      if (third === "settings")
        return { screen: "settings", app: second, page: oneOf(SETTINGS_PAGES, fourth) };
      if (third === "e" && fourth !== "") return { screen: "entry", app: second, id: fourth };
      return logsIn(second, url.searchParams);
    default:
      return { screen: "home" };
  }
}

/** @returns the application a place is about; "" for one that is about none. */
export function appOf(place: Place): string {
  return "app" in place ? place.app : "";
}

function oneOf<T extends string>(pages: readonly [T, ...T[]], text: string): T {
  return pages.find((page) => page === text) ?? pages[0];
}

function searchText(values: Readonly<Record<string, string>>): string {
  const search = new URLSearchParams(Object.entries(values).filter(([, value]) => value !== ""));
  return search.size === 0 ? "" : `?${search}`;
}

function hashText(code: string): string {
  return code === "" ? "" : `#${code}`;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
