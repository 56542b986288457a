/**
 * A server and a signed-in person in a browser, for tests of the page.
 * Invariant: every tab of the person is theirs by one session; who else is signed in has a session and a context of their own.
 */
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { call, makeApplication } from "./api-setup.ts";
import { openContext, openPage, openTab, sharedChromium, type WatchedPage } from "./browser.ts";
import { type ArgusProcess, OWNER, startArgus } from "./server-process.ts";

export interface PageWorld extends AsyncDisposable {
  readonly browser: Browser;
  readonly server: ArgusProcess;
  /** An application, and a key of it that may write and read. */
  readonly shop: { readonly id: string; readonly secret: string };
  /** The owner of the instance. */
  readonly person: BrowserContext;
  /** A tab of the person at a path of the page. */
  open(path: string): Promise<WatchedPage>;
  /** The page at a path, as somebody with a session of their own who did not need the form. */
  enter(path: string, who: Credentials, options?: BrowserContextOptions): Promise<WatchedPage>;
  /** Calls the API as the person. */
  ask<T>(method: string, request: object): Promise<T>;
  send(entries: readonly object[]): Promise<void>;
  /** Makes a member of the application: the server allows few sign-ins a minute for one email. */
  join(name: string, role: string): Promise<Credentials>;
}

export interface Credentials {
  readonly email: string;
  readonly password: string;
}

type StorageState = Exclude<NonNullable<BrowserContextOptions["storageState"]>, string>;

/** @param browser the one that tests share, unless said; it stays open. */
export async function openWorld(browser?: Browser): Promise<PageWorld> {
  const [shared, server] = await Promise.all([browser ?? sharedChromium(), startArgus()]);
  const { token, storageState } = await startSession(server.url, OWNER);
  const shop = await makeApplication(server.url, "shop", token);
  const person = await openContext(shared, { storageState });
  // Tabs of a site open in the process that shows it, while there is one: at half the CPU of a tab in a new process.
  const idle = await openTab(person);
  await idle.page.goto(`${server.url}/healthz`);
  return {
    browser: shared,
    server,
    shop,
    person,
    async open(path) {
      const tab = await openTab(person);
      await tab.page.goto(server.url + path);
      return tab;
    },
    async enter(path, who, options = {}) {
      const own = await startSession(server.url, who);
      const opened = await openPage(shared, { storageState: own.storageState, ...options });
      await opened.page.goto(server.url + path);
      return opened;
    },
    ask: (method, request) => call(server.url, method, request, token),
    async send(entries) {
      await call(server.url, "LogService/SendLogs", { entries }, shop.secret);
    },
    async join(name, role) {
      const email = `${name.toLowerCase()}@example.org`;
      const password = "a long enough password";
      const { invite_code: code } = await call<{ invite_code: string }>(
        server.url,
        "ApplicationService/AddMember",
        { application_id: shop.id, email, role: `ROLE_${role.toUpperCase()}` },
        token,
      );
      await call(server.url, "AuthService/AcceptInvite", { code, name, password });
      return { email, password };
    },
    async [Symbol.asyncDispose]() {
      await person.close();
      await server[Symbol.asyncDispose]();
    },
  };
}

/** A session as signing in would leave it in a browser, and a token of it for calls of the API. */
async function startSession(
  url: string,
  who: Credentials,
): Promise<{
  token: string;
  storageState: StorageState;
}> {
  const response = await fetch(`${url}/twirp/argus.v1.AuthService/Login`, {
    method: "POST",
    headers: { "Content-Type": "application/json", "Argus-Session": "cookie" },
    body: JSON.stringify(who),
  });
  const answer = await response.text();
  const cookie = /^([^=]+)=([^;]+);.*; Path=([^;]+)/.exec(response.headers.get("set-cookie") ?? "");
  if (cookie === null) throw new Error(`${who.email} is not signed in: ${answer}`);
  const [, name = "", value = "", path = ""] = cookie;
  const { hostname, origin } = new URL(url);
  const { access_token: token } = JSON.parse(answer) as { access_token: string };
  return {
    token,
    storageState: {
      cookies: [
        {
          name,
          value,
          path,
          domain: hostname,
          expires: -1,
          httpOnly: true,
          secure: false,
          sameSite: "Strict",
        },
      ],
      origins: [{ origin, localStorage: [{ name: "argus.session", value: String(Date.now()) }] }],
    },
  };
}

/** On the sign-in page, as the owner unless said otherwise. */
export async function signIn(page: Page, { email, password }: Credentials = OWNER): Promise<void> {
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

/** Waits for the logs of an application, whatever is in them. */
export async function atLogs(page: Page): Promise<void> {
  await page.getByRole("heading", { name: /^Logs of/ }).waitFor({ state: "attached" });
}

/** By the menu under the person's initials. */
export async function signOut(page: Page): Promise<void> {
  await page.getByRole("button", { name: /^You/ }).click();
  await page.getByRole("button", { name: "Sign out" }).click();
}
