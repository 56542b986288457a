/** Signing in and out, sessions that end, and a server that goes away, in a real browser. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { accessibilityFaults } from "../support/accessibility.ts";
import { call } from "../support/api-setup.ts";
import { chromiumPath, openPage } from "../support/browser.ts";
import { atLogs, openWorld, type PageWorld, signIn, signOut } from "../support/page-world.ts";
import { startProxy } from "../support/prefix-proxy.ts";
import { OWNER } from "../support/server-process.ts";

describe.skipIf(chromiumPath() === undefined)("sessions of the page", () => {
  let world: PageWorld;
  beforeAll(async () => {
    world = await openWorld();
    await world.send([{ message: "needle in the hay", level: "LEVEL_ERROR", service: "barn" }]);
  }, 120_000);
  afterAll(() => world?.[Symbol.asyncDispose]());

  test("signs in, out, and not with a wrong password", async () => {
    const { browser, server } = world;
    await using opened = await openPage(browser);
    const { page, faults } = opened;
    await page.goto(`${server.url}/a/shop/logs?q=needle`);
    await signIn(page, { email: OWNER.email, password: "not the password" });
    await page
      .getByRole("alert")
      .getByText("The email or the password is wrong, 4 tries left", { exact: true })
      .waitFor();
    // The refusal is an answer of 401, which the browser itself reports.
    expect(faults.filter((fault) => !fault.includes("AuthService/Login"))).toEqual([]);
    await signIn(page);
    await page.getByText("needle in the hay").waitFor();
    expect(page.url()).toBe(`${server.url}/a/shop/logs?q=needle`);
    // Nothing secret is kept where a script could read it.
    expect(await page.evaluate("Object.keys(localStorage)")).toEqual(["argus.session"]);
    expect(await page.evaluate("document.cookie + sessionStorage.length")).toBe("0");
    await signOut(page);
    await page.getByLabel("Password").waitFor();
    await page.reload();
    await page.getByLabel("Password").waitFor();
    expect(faults).toHaveLength(1);
  });

  test("asks no other host, and has no script in the page itself", async () => {
    await using opened = await world.open("/a/shop/logs");
    const { page, faults } = opened;
    const hosts = new Set<string>();
    page.on("request", (request) => hosts.add(new URL(request.url()).origin));
    const answer = await page.reload();
    await page.getByText("needle in the hay").waitFor();
    for (const name of ["Patterns", "Chart", "Entries"])
      await page.getByRole("tab", { name: new RegExp(`^${name}`) }).click();
    await page.getByRole("link", { name: "Settings" }).first().click();
    await page.getByRole("heading", { name: "General" }).waitFor();
    expect([...hosts]).toEqual([world.server.url]);
    const html = (await answer?.text()) ?? "";
    expect(html).toMatch(/<script[^>]+src=/);
    expect(html).not.toMatch(/<script(?![^>]*src=)|<style|\son\w+=|javascript:/);
    expect(faults).toEqual([]);
  });

  test("two tabs that renew their session at once stay signed in", async () => {
    await using one = await world.open("/");
    await using other = await world.open("/");
    for (const round of [1, 2]) {
      await Promise.all([one.page.reload(), other.page.reload()]);
      for (const { page } of [one, other]) {
        await atLogs(page);
        expect(await page.getByRole("button", { name: /^You/ }).count(), `round ${round}`).toBe(1);
      }
    }
    expect([...one.faults, ...other.faults]).toEqual([]);
  });

  test("a session that ends asks for the password over the page, and goes on where it was", async () => {
    const { browser, server } = world;
    const ann = await world.join("Ann", "viewer");
    await using opened = await openPage(browser);
    const { page } = opened;
    await page.goto(`${server.url}/a/shop/logs?q=needle`);
    await signIn(page, ann);
    await page.getByText("needle in the hay").waitFor();
    // What the page reads after the rows would end the session before the query is written.
    await page.waitForLoadState("networkidle");

    // Ended elsewhere, as by the list of sessions.
    const { access_token: token } = await call<{ access_token: string }>(
      server.url,
      "AuthService/Login",
      ann,
    );
    const { sessions } = await call<{ sessions: { id: string; current: boolean }[] }>(
      server.url,
      "AuthService/ListSessions",
      {},
      token,
    );
    for (const { id, current } of sessions)
      if (!current) await call(server.url, "AuthService/RevokeSession", { session_id: id }, token);
    // What is asked while one types would end the session before the query is run.
    await page.route("**/LogService/ListField*", (route) => route.abort());
    await page.getByLabel("Query").fill("needle hay");
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog", { name: "Your session has ended" });
    await dialog.waitFor();
    expect(await accessibilityFaults(page, "dialog")).toEqual([]);
    await dialog.getByLabel("Password").fill(ann.password);
    await dialog.getByRole("button", { name: "Sign in" }).click();
    await dialog.waitFor({ state: "detached" });
    expect(await page.getByLabel("Query").inputValue()).toBe("needle hay");
    await page.getByText("needle in the hay").waitFor();
    expect(page.url()).toContain("q=needle+hay");
  });

  test("signing out in one tab leaves nothing on screen in the others", async () => {
    const { browser, server } = world;
    const bob = await world.join("Bob", "viewer");
    await using opened = await openPage(browser);
    const { page } = opened;
    await page.goto(`${server.url}/a/shop/logs?q=needle`);
    await signIn(page, bob);
    await page.getByText("needle in the hay").waitFor();
    const other = await page.context().newPage();
    await other.goto(`${server.url}/a/shop/logs?q=needle`);
    await other.getByText("needle in the hay").waitFor();
    await signOut(page);
    await other.getByRole("heading", { name: "Sign in" }).waitFor();
    // Signing in in one lets the other in, where it was.
    await signIn(page, bob);
    await other.getByText("needle in the hay").waitFor();
  });

  test("says that the server is away, keeps what was loaded, and goes on when it is back", async () => {
    await using proxy = await startProxy("");
    proxy.target = world.server.url;
    const carl = await world.join("Carl", "viewer");
    await using opened = await openPage(world.browser);
    const { page } = opened;
    await page.goto(`${proxy.url}/a/shop/logs?q=needle`);
    await signIn(page, carl);
    await page.getByText("needle in the hay").waitFor();
    // Nobody listens there.
    proxy.target = "http://127.0.0.1:1";
    await page.getByLabel("Query").fill("needle hay");
    await page.keyboard.press("Enter");
    await page.getByText("Not connected.").waitFor();
    await page.getByText(/Showing what was loaded at \d\d:\d\d:\d\d/).waitFor();
    await page.getByText(/Trying again/).waitFor();
    await page.getByText("needle in the hay").waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    proxy.target = world.server.url;
    const isBack = page.getByText("Not connected.").waitFor({ state: "detached" });
    // It may try by itself before.
    await Promise.race([page.getByRole("button", { name: "Try now" }).click(), isBack]);
    await isBack;
    // Whoever was signed in still is.
    expect(await page.getByRole("button", { name: /^You/ }).count()).toBe(1);
  });
});
