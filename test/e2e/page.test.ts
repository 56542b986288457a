import { spawn } from "node:child_process";
import { createServer, request as send, type Server } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildWeb } from "../../scripts/build-web.js";
import { accessibilityFaults } from "../support/accessibility.ts";
import { call, makeApplication } from "../support/api-setup.ts";
import {
  chromiumPath,
  launchChromium,
  openPage,
  openTab,
  type WatchedPage,
} from "../support/browser.ts";
import { startUnowned } from "../support/first-run.ts";
import { sampleJson, sampleLogs } from "../support/sample-logs.ts";
import { type ArgusProcess, OWNER, startArgus } from "../support/server-process.ts";

const ROOT = new URL("../..", import.meta.url).pathname;
const path = chromiumPath();

test("there is a Chromium wherever changes are judged", () => {
  if (path === undefined)
    console.warn("THE PAGE IS NOT TESTED: there is no Chromium. Install it: .ci/install-chromium");
  expect(path ?? process.env["CI"]).not.toBe("true");
});

describe.skipIf(path === undefined)("the page", () => {
  let browser: Browser;
  let server: ArgusProcess;
  let shop: { id: string; secret: string };
  /** One person for most tests: the server allows few sign-ins a minute. */
  let person: WatchedPage;

  beforeAll(async () => {
    expect(buildWeb()).toBe("");
    [browser, server] = await Promise.all([launchChromium(path ?? ""), startArgus()]);
    shop = await makeApplication(server.url, "shop");
    const entries = sampleLogs(60, 11, Date.now() - 60_000, 900).map(sampleJson);
    await sendLogs([
      ...entries,
      { message: "needle in the hay", level: "LEVEL_ERROR", service: "barn" },
    ]);
    person = await openPage(browser);
    await signIn(person.page);
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await server?.[Symbol.asyncDispose]();
  });

  const sendLogs = (entries: readonly object[]): Promise<unknown> =>
    call(server.url, "LogService/SendLogs", { entries }, shop.secret);

  async function signIn(page: Page, url = server.url): Promise<void> {
    await page.goto(url);
    await page.getByLabel("Email").fill(OWNER.email);
    await page.getByLabel("Password").fill(OWNER.password);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("list", { name: "Entries" }).waitFor();
  }
  /** From the setup link to the making of an application. */
  async function becomeOwner(page: Page, setupUrl: string): Promise<void> {
    await page.goto(setupUrl);
    await page.getByLabel("Name").fill("Ada");
    await page.getByLabel("Email").fill("ada@example.org");
    await page.getByLabel("Password").fill("a long enough password");
    // The whole link is as good as the code that it ends with.
    await page.getByLabel("Setup link or code").fill(setupUrl);
    await page.getByRole("button", { name: "Create the owner" }).press("Enter");
    await page.getByLabel("Days kept").waitFor();
  }
  /** A tab of the person, at the logs. */
  async function openLogs(): Promise<WatchedPage> {
    const tab = await openTab(person);
    await tab.page.goto(server.url);
    await tab.page.getByRole("list", { name: "Entries" }).waitFor();
    return tab;
  }
  const lines = (page: Page) =>
    page.getByRole("list", { name: "Entries" }).getByRole("button", { expanded: false });

  test("leads from the setup link to the first entry", async () => {
    const { server: fresh, setupUrl } = await startUnowned();
    await using _end = fresh;
    await using opened = await openPage(browser);
    const { page, faults } = opened;
    await becomeOwner(page, setupUrl);
    await page.getByLabel("Days kept").fill("7");
    await page.getByLabel("Name").fill("shop-prod");
    await page.getByLabel("Name").press("Enter");
    await page.getByText("kept 7 days").waitFor();
    await page.getByText("may write and read, in this application only").waitFor();
    await page.getByText("Waiting for the first entry").waitFor();

    const snippet = await page.getByLabel("curl example").textContent();
    const secret = /Bearer (\S+)"/.exec(snippet ?? "")?.[1] ?? "";
    expect(snippet).toContain(`curl ${fresh.url}/ingest/ndjson`);
    await call(fresh.url, "LogService/SendLogs", { entries: [{ message: "first light" }] }, secret);
    await page.getByRole("heading", { name: "The first entry is in." }).waitFor();
    await page.getByText("first light", { exact: true }).waitFor();
    await page.getByRole("link", { name: "Open the logs" }).click();
    await page.getByRole("button", { expanded: true }).waitFor();

    // The link works once: who opens it again signs in, or is led on.
    await page.goto(setupUrl);
    await page.getByRole("button", { name: "Sign out" }).waitFor();
    expect(faults).toEqual([]);
  }, 60_000);

  test("the lines of the first key send and search as they are copied", async () => {
    const { server: fresh, setupUrl } = await startUnowned();
    await using _end = fresh;
    await using opened = await openPage(browser);
    const { page, faults } = opened;
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await becomeOwner(page, setupUrl);
    await page.getByLabel("Name").fill("lines");
    await page.getByRole("button", { name: "Create the application" }).click();
    const run = async (name: string): Promise<string> => {
      await page.getByRole("button", { name, exact: true }).click();
      await page.getByRole("button", { name: "Copy", exact: true }).click();
      await page.getByRole("button", { name: "Copied" }).waitFor();
      const line = await page.evaluate<string>("navigator.clipboard.readText()");
      return text(spawn("sh", ["-c", line], { cwd: ROOT }).stdout);
    };
    for (const name of ["curl", "Twirp JSON"])
      expect(JSON.parse(await run(name)), name).toMatchObject({ accepted: 1 });
    await page.getByText("The first entry is in, from hello").waitFor();
    for (const name of ["File or pipe", "pino"])
      expect(await run(name), name).toBe("1 stored, 0 refused\n");
    expect((await run("Search")).match(/first light/g)).toHaveLength(4);
    expect(faults).toEqual([]);
  }, 60_000);

  test("a key that only writes is not shown how to search, and one that only reads not how to send", async () => {
    await using opened = await openLogs();
    const { page, faults } = opened;
    await page.getByRole("link", { name: "Keys" }).click();
    await page.getByLabel("Name of a new key").fill("writer");
    await page.getByRole("button", { name: "Create a key" }).click();
    await page.getByText("It cannot search: for that, npx argus login").waitFor();
    expect(await page.getByRole("button", { name: "Search" }).count()).toBe(0);
    await page.getByLabel("Name of a new key").fill("reader");
    await page.getByRole("checkbox", { name: "write" }).uncheck();
    await page.getByRole("checkbox", { name: "read" }).check();
    await page.getByRole("button", { name: "Create a key" }).click();
    await page.getByLabel("Search example").waitFor();
    expect(await page.getByText("Waiting for the first entry").count()).toBe(0);
    await page.getByLabel("Name of a new key").fill("neither");
    await page.getByRole("checkbox", { name: "write" }).uncheck();
    await page.getByRole("button", { name: "Create a key" }).click();
    await page.getByRole("alert").getByText("tick what it may").waitFor();
    expect(faults).toEqual([]);
  });

  test("signs in, out, and not with a wrong password", async () => {
    await using opened = await openPage(browser);
    const { page, faults } = opened;
    await page.goto(`${server.url}/a/shop/logs?q=needle`);
    await page.getByLabel("Email").fill(OWNER.email);
    await page.getByLabel("Password").fill("not the password");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("alert").waitFor();
    // The refusal is an answer of 401, which the browser itself reports.
    expect(faults.filter((fault) => !fault.includes("AuthService/Login"))).toEqual([]);
    await page.getByLabel("Password").fill(OWNER.password);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByText("needle in the hay").waitFor();
    expect(page.url()).toBe(`${server.url}/a/shop/logs?q=needle`);
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByLabel("Password").waitFor();
    await page.reload();
    await page.getByLabel("Password").waitFor();
    expect(faults).toHaveLength(1);
  });

  test("makes a key that is shown once, and revokes it", async () => {
    await using opened = await openLogs();
    const { page, faults } = opened;
    page.on("dialog", (dialog) => void dialog.accept());
    await page.getByRole("link", { name: "Keys" }).click();
    await page.getByLabel("Name of a new key").fill("mobile");
    await page.getByRole("button", { name: "Create a key" }).click();
    await page.getByText("“mobile” is ready.").waitFor();
    await page.reload();
    await page.getByRole("button", { name: "Revoke mobile" }).waitFor();
    expect(await page.getByText("is ready.").count()).toBe(0);
    await page.getByRole("button", { name: "Revoke mobile" }).click();
    await page.getByRole("button", { name: "Revoke mobile" }).waitFor({ state: "detached" });
    expect(faults).toEqual([]);
  });

  test("searches, opens an entry and narrows to one of its values by keys alone", async () => {
    await using opened = await openLogs();
    const { page, faults } = opened;
    await page.getByText("61 entries").waitFor();
    await page.getByLabel("Query").fill("needle");
    await page.keyboard.press("Enter");
    await page.getByText("1 entry").waitFor();
    await lines(page).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Include service" }).focus();
    await page.keyboard.press("Enter");
    await expect.poll(() => page.getByLabel("Query").inputValue()).toBe("needle service:barn");
    await page.goBack();
    await page.getByRole("button", { expanded: true }).waitFor();
    expect(faults).toEqual([]);
  });

  test("points at a mistake in a query and offers what works", async () => {
    await using opened = await openLogs();
    const { page, faults } = opened;
    await page.getByLabel("Query").fill('"needle in');
    await page.keyboard.press("Enter");
    const problem = page.getByRole("alert");
    await problem.waitFor();
    expect(await problem.locator("pre").textContent()).toBe('"needle in\n^');
    await page.getByRole("button", { name: '"needle in"', exact: true }).click();
    await page.getByText("1 entry").waitFor();
    expect(await problem.count()).toBe(0);
    expect(faults).toEqual([]);
  });

  test("shows a table for pipes, and zooms by the chart", async () => {
    await using opened = await openLogs();
    const { page, faults } = opened;
    await page.getByLabel("Query").fill("needle | stats count() as n by service");
    await page.keyboard.press("Enter");
    await page.getByRole("row", { name: "barn 1" }).waitFor();
    await page.getByRole("img", { name: /^1 entry from/ }).waitFor();
    await page.locator(".bucket", { has: page.locator(".fill-error") }).click();
    await expect.poll(() => page.url()).toMatch(/from=.*&to=/);
    await page.getByRole("row", { name: "barn 1" }).waitFor();
    expect(faults).toEqual([]);
  });

  test("a reload keeps the query, the range, the open entry and the tail", async () => {
    await using opened = await openLogs();
    const { page, faults } = opened;
    await page.getByLabel("Query").fill("needle");
    await page.keyboard.press("Enter");
    await page.getByLabel("Time range").selectOption("Last day");
    await page.getByRole("button", { name: "Live" }).click();
    await page.getByText("1 entry").waitFor();
    await lines(page).click();
    const url = page.url();
    await page.reload();
    await page.getByRole("button", { expanded: true }).waitFor();
    expect(page.url()).toBe(url);
    expect(await page.getByLabel("Query").inputValue()).toBe("needle");
    expect(await page.getByLabel("Time range").inputValue()).toBe("-24h");
    expect(await page.getByRole("button", { name: "Live", pressed: true }).count()).toBe(1);
    expect(faults).toEqual([]);
  });

  test("the live tail shows what comes, and waits while an entry is read", async () => {
    await using opened = await openLogs();
    const { page, faults } = opened;
    await page.getByLabel("Query").fill("service:tailed");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Live" }).click();
    await page.getByRole("status").getByText("Live").waitFor();
    await page.getByText("No entries match").waitFor();
    await sendLogs([{ message: "one", service: "tailed" }]);
    await page.getByText("one", { exact: true }).waitFor({ timeout: 2000 });
    await sendLogs([{ message: "elsewhere", service: "other" }]);
    await lines(page).click();
    await sendLogs([{ message: "two", service: "tailed" }]);
    await page.getByRole("button", { name: "Show 1 new" }).waitFor();
    expect(await page.getByText("two", { exact: true }).count()).toBe(0);
    await page.getByRole("button", { name: "Show 1 new" }).click();
    await page.getByText("two", { exact: true }).waitFor();
    expect(await page.getByText("elsewhere").count()).toBe(0);
    expect(faults).toEqual([]);
  });

  test("says in the list where entries may be missing, and why a tail has ended", async () => {
    await using opened = await openLogs();
    const { page } = opened;
    const message = "no such application: shop";
    const answers = [
      { body: 'event: dropped\ndata: {"reason":"a block is damaged"}\n\n' },
      { status: 404, json: { error: { kind: "notFound", message } } },
    ];
    await page.route("**/api/v1/tail?*", (route) => route.fulfill(answers.shift() ?? {}));
    await page.getByRole("button", { name: "Live" }).click();
    const gap = page.getByText("Entries may be missing here: a block is damaged");
    await gap.waitFor();
    await page.getByRole("alert").getByText(`The live tail has ended: ${message}`).waitFor();
    await page.getByRole("status").getByText("Not live").waitFor();
    // Above the newest entry there was.
    expect(await page.locator(".entries > li").first().textContent()).toContain(
      "a block is damaged",
    );
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(answers).toEqual([]);
    await page.unroute("**/api/v1/tail?*");
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByRole("status").getByText("Live", { exact: true }).waitFor();
  });

  test.each(["dark", "light"] as const)(
    "no screen of the %s theme has a fault that axe finds",
    async (colorScheme) => {
      const check = async (page: Page, state: string): Promise<void> => {
        expect(await accessibilityFaults(page), state).toEqual([]);
      };
      const { server: fresh, setupUrl } = await startUnowned();
      await using _end = fresh;
      await using newcomer = await openPage(browser, { colorScheme });
      const first = newcomer.page;
      await first.goto(setupUrl);
      await first.getByLabel("Email").waitFor();
      await check(first, "owner");
      await becomeOwner(first, setupUrl);
      await check(first, "application");
      await first.getByLabel("Name").fill("shop");
      await first.getByRole("button", { name: "Create the application" }).click();
      const snippet = first.getByLabel("curl example");
      await snippet.waitFor();
      await check(first, "first key");
      const secret = /Bearer (\S+)"/.exec((await snippet.textContent()) ?? "")?.[1] ?? "";
      await call(fresh.url, "LogService/SendLogs", { entries: [{ message: "hello" }] }, secret);
      await first.getByRole("link", { name: "Open the logs" }).waitFor();
      await check(first, "first entry");
      await first.getByRole("link", { name: "Open the logs" }).click();
      await first.getByRole("button", { name: "Sign out" }).click();
      await first.getByRole("button", { name: "Sign in" }).click();
      await check(first, "sign in");

      await using opened = await openLogs();
      const { page } = opened;
      await page.evaluate(`localStorage.setItem("argus.theme", "${colorScheme}")`);
      await page.goto(`${server.url}/a/shop/logs?from=-24h`);
      await lines(page).first().click();
      await page.getByRole("button", { expanded: true }).waitFor();
      await page.getByRole("button", { name: "Live" }).click();
      await page.getByRole("status").getByText("Live").waitFor();
      await check(page, "an open entry, live");
      await page.setViewportSize({ width: 390, height: 844 });
      await check(page, "an open entry, on a phone");
      await page.setViewportSize({ width: 1440, height: 900 });
      await page.getByLabel("Query").fill("level:foo");
      await page.keyboard.press("Enter");
      await page.getByText("Expected: trace, debug").waitFor();
      await check(page, "a mistake");
      await page.getByLabel("Query").fill("| stats count() as n by service");
      await page.keyboard.press("Enter");
      await page.getByRole("row", { name: "barn 1" }).waitFor();
      await check(page, "a table");
      await page.getByLabel("Query").fill("nothing_has_this:1");
      await page.keyboard.press("Enter");
      await page.getByText("No entries match").waitFor();
      await check(page, "nothing found, with a warning");
      await page.getByRole("link", { name: "Keys" }).click();
      await page.getByLabel("Name of a new key").fill(colorScheme);
      await page.getByRole("button", { name: "Create a key" }).click();
      await page.getByText("is ready.").waitFor();
      await page.getByRole("button", { name: `Revoke ${colorScheme}` }).waitFor();
      await check(page, "keys");
      await page.goto(`${server.url}/a/nowhere/logs`);
      await page.getByText("There is no application").waitFor();
      await check(page, "no such application");
      await page.evaluate(`localStorage.removeItem("argus.theme")`);
    },
    90_000,
  );

  test("shows hostile content as text", async () => {
    const attributes = Object.fromEntries(
      Array.from({ length: 300 }, (_, i) => [`k${i}`, `<b>${i}</b>`]),
    );
    const message = `<script>document.title="owned"</script><img src=x onerror="document.title='owned'"> \u001b[31mred \u202egnp.exe ${"x".repeat(100_000)} end of it`;
    await sendLogs([{ message, service: "</span><h1>hostile", attributes }]);
    await using opened = await openLogs();
    const { page, faults } = opened;
    await page.setViewportSize({ width: 320, height: 700 });
    await page.getByLabel("Query").fill("owned");
    await page.keyboard.press("Enter");
    await page.getByText("1 entry").waitFor();
    await lines(page).click();
    await page.getByText("<b>299</b>").waitFor();
    await page.getByRole("button", { name: "Show all 98 KB" }).click();
    await page.getByText("end of it").waitFor();
    const text = (await page.locator(".whole-message").textContent()) ?? "";
    expect(text).toContain('<script>document.title="owned"</script>');
    expect(text).toContain("␛[31mred ⟨U+202E⟩gnp.exe");
    expect(await page.title()).toBe("Argus");
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(320);
    expect(faults).toEqual([]);
  });

  test("two tabs that renew their session at once stay signed in", async () => {
    await using one = await openLogs();
    await using other = await openLogs();
    for (const round of [1, 2]) {
      await Promise.all([one.page.reload(), other.page.reload()]);
      for (const { page } of [one, other]) {
        await lines(page).first().waitFor();
        expect(await page.getByRole("button", { name: "Sign out" }).count(), `round ${round}`).toBe(
          1,
        );
      }
    }
    expect([...one.faults, ...other.faults]).toEqual([]);
  });

  test("works below a path prefix", async () => {
    const proxy = await startProxy("/logs");
    await using fresh = await startArgus({ env: { ARGUS_PUBLIC_URL: `${proxy.url}/logs` } });
    proxy.target = fresh.url;
    await using opened = await openPage(browser);
    const { page, faults } = opened;
    const { secret } = await makeApplication(fresh.url, "shop");
    await call(fresh.url, "LogService/SendLogs", { entries: [{ message: "below" }] }, secret);
    await signIn(page, `${proxy.url}/logs/`);
    await page.getByText("below").waitFor();
    expect(page.url()).toBe(`${proxy.url}/logs/a/shop/logs`);
    await page.reload();
    await page.getByText("below").waitFor();
    await page.getByRole("link", { name: "Keys" }).click();
    await page.reload();
    await page.getByRole("button", { name: "Revoke all" }).waitFor();
    expect(faults).toEqual([]);
    proxy.server.close();
    proxy.server.closeAllConnections();
  });
});

/** A proxy that takes the prefix away, as the usual ones do. */
async function startProxy(
  prefix: string,
): Promise<{ server: Server; url: string; target: string }> {
  const proxy = { target: "" };
  const server = createServer((req, res) => {
    if (!req.url?.startsWith(`${prefix}/`)) return void res.writeHead(404).end();
    const onward = send(
      `${proxy.target}${req.url.slice(prefix.length)}`,
      { method: req.method, headers: req.headers },
      (answer) => {
        res.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(res);
      },
    );
    onward.on("error", () => res.destroy());
    res.on("close", () => onward.destroy());
    req.pipe(onward);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return Object.assign(proxy, { server, url: `http://127.0.0.1:${port}` });
}
