/**
 * The server, the shop and the people that the pictures of the page show.
 * Invariant: the server's clock all but stands, and the page's stands, at the same instant; what is stored is the same
 * on every run, so that a page that is the same looks the same.
 */
import type { Browser } from "playwright-core";
import { call } from "../api-setup.ts";
import { startUnowned } from "../first-run.ts";
import { type Credentials, signIn } from "../page-world.ts";
import type { ArgusProcess } from "../server-process.ts";
import { incident, NOW_MS } from "./incident.ts";
import { sit, type Sitter, type Size } from "./sitter.ts";

export const OWNER: Credentials = { email: "ada@example.org", password: "a long enough password" };
const BATCH = 1000;

export interface Shop extends AsyncDisposable {
  readonly server: ArgusProcess;
  /** Makes the first user. */
  readonly setupUrl: string;
  /** A page at the instant that the pictures show, of nobody yet. */
  open(size: Size): Promise<Sitter>;
}

export async function openShop(browser: Browser): Promise<Shop> {
  const clock = new URL("../other-clock.ts", import.meta.url);
  // A thousandth as fast: a slow machine is still within the second that pages show.
  clock.search = `?from=${NOW_MS}&rate=0.001`;
  const { server, setupUrl } = await startUnowned({ NODE_OPTIONS: `--import=${clock.href}` });
  return {
    server,
    setupUrl,
    open: (size) => sit(browser, size, server.url),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

/** Signs a person in, at a path of the page. */
export async function enter(
  shop: Shop,
  size: Size,
  path: string,
  who: Credentials = OWNER,
): Promise<Sitter> {
  const sitter = await shop.open(size);
  await sitter.visit(path);
  await signIn(sitter.page, who);
  await sitter.page.getByRole("button", { name: /^You/ }).waitFor();
  return sitter;
}

/**
 * Fills the application with what happened, gives it members and keys, and makes an empty one beside it.
 * @returns a key to send with.
 */
export async function fill(shop: Shop, app: string): Promise<string> {
  const { url } = shop.server;
  const { access_token: token, refresh_token } = await call<{
    access_token: string;
    refresh_token: string;
  }>(url, "AuthService/Login", OWNER);
  const ask = <T>(method: string, request: object): Promise<T> =>
    call<T>(url, method, request, token);
  const { applications } = await ask<{ applications: { id: string; name: string }[] }>(
    "ApplicationService/ListApplications",
    {},
  );
  const application_id = applications.find(({ name }) => name === app)?.id ?? "";
  await ask("ApplicationService/UpdateApplication", { application_id, retention_days: 30 });
  const { secret } = await ask<{ secret: string }>("ApplicationService/CreateApiKey", {
    application_id,
    name: "production collectors",
    scopes: ["SCOPE_INGEST"],
  });
  await ask("ApplicationService/CreateApiKey", {
    application_id,
    name: "grafana reader",
    scopes: ["SCOPE_READ"],
    expires_at: new Date(NOW_MS + 6 * 86_400_000).toISOString(),
  });
  await send(shop, secret, incident());
  for (const [name, role] of [
    ["Grace", "ROLE_EDITOR"],
    ["Linus", "ROLE_VIEWER"],
  ] as const) {
    const email = `${name.toLowerCase()}@example.org`;
    const { invite_code: code } = await ask<{ invite_code: string }>(
      "ApplicationService/AddMember",
      { application_id, email, role },
    );
    await call(url, "AuthService/AcceptInvite", { code, name, password: OWNER.password });
  }
  // Nothing was ever sent to this one.
  await ask("ApplicationService/CreateApplication", { name: "billing", title: "billing" });
  // All who are still signed in look the same.
  await call(url, "AuthService/Logout", { refresh_token });
  return secret;
}

/** @param entries in batches whose ids are the same on every run. */
export async function send(shop: Shop, secret: string, entries: readonly object[]): Promise<void> {
  for (let from = 0; from < entries.length; from += BATCH) {
    const made = NOW_MS.toString(16).padStart(12, "0");
    const name = (from + entries.length).toString().padStart(12, "0");
    const batch_id = `${made.slice(0, 8)}-${made.slice(8)}-7000-8000-${name}`;
    const { rejected } = await call<{ rejected: { reason: string }[] }>(
      shop.server.url,
      "LogService/SendLogs",
      { batch_id, entries: entries.slice(from, from + BATCH) },
      secret,
    );
    if (rejected.length > 0) throw new Error(JSON.stringify(rejected[0]));
  }
}
