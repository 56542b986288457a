/**
 * A server, a browser and a signed-in person, for tests of the page.
 * Invariant: the person signs in once and every tab is theirs: the server allows few sign-ins a minute.
 */
import type { Browser, Page } from "playwright-core";
import { buildWeb } from "../../scripts/build-web.js";
import { call, makeApplication, ownerToken } from "./api-setup.ts";
import { chromiumPath, launchChromium, openPage, openTab, type WatchedPage } from "./browser.ts";
import { type ArgusProcess, OWNER, startArgus } from "./server-process.ts";

export interface PageWorld extends AsyncDisposable {
  readonly browser: Browser;
  readonly server: ArgusProcess;
  /** An application, and a key of it that may write and read. */
  readonly shop: { readonly id: string; readonly secret: string };
  /** The owner of the instance, at the logs of the application. */
  readonly person: WatchedPage;
  /** A tab of the person at a path of the page. */
  open(path: string): Promise<WatchedPage>;
  /** Calls the API as the person, by a session of its own. */
  ask<T>(method: string, request: object): Promise<T>;
  send(entries: readonly object[]): Promise<void>;
  /** Makes a member of the application: the server allows few sign-ins a minute for one email. */
  join(name: string, role: string): Promise<Credentials>;
}

export interface Credentials {
  readonly email: string;
  readonly password: string;
}

export async function openWorld(env: Readonly<Record<string, string>> = {}): Promise<PageWorld> {
  const problem = buildWeb();
  if (problem !== "") throw new Error(problem);
  const [browser, server] = await Promise.all([
    launchChromium(chromiumPath() ?? ""),
    startArgus({ env }),
  ]);
  const token = await ownerToken(server.url);
  const shop = await makeApplication(server.url, "shop", token);
  const person = await openPage(browser);
  await person.page.goto(server.url);
  await signIn(person.page);
  await atLogs(person.page);
  return {
    browser,
    server,
    shop,
    person,
    async open(path) {
      const tab = await openTab(person);
      await tab.page.goto(server.url + path);
      return tab;
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
      await browser.close();
      await server[Symbol.asyncDispose]();
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
