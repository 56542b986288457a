/** From the setup link to the first entry, in a real browser: the steps, the lines to paste, and coming back. */
import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import type { Browser, Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import { accessibilityFaults } from "../support/accessibility.ts";
import { call } from "../support/api-setup.ts";
import { chromiumPath, openPage, sharedChromium } from "../support/browser.ts";
import { startUnowned } from "../support/first-run.ts";
import { atLogs } from "../support/page-world.ts";

const ROOT = new URL("../..", import.meta.url).pathname;
const path = chromiumPath();

describe.skipIf(path === undefined)("the first run", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await sharedChromium();
  }, 120_000);

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
  const secretIn = async (page: Page): Promise<string> => {
    const snippet = await page.getByLabel("curl example").textContent();
    return /Bearer (\S+)"/.exec(snippet ?? "")?.[1] ?? "";
  };

  test("leads from the setup link to the first entry, and back to where one was", async () => {
    const { server: fresh, setupUrl } = await startUnowned();
    await using _end = fresh;
    await using opened = await openPage(browser);
    const { page, faults } = opened;
    await becomeOwner(page, setupUrl);
    await page.getByLabel("Days kept").fill("7");
    await page.getByLabel("Name").fill("shop-prod");
    // The colour that its name gives it, and another one.
    await page.getByRole("radio", { name: "orange", checked: true }).waitFor();
    await page.getByRole("radio", { name: "plum" }).click();
    await page.getByLabel("Name").press("Enter");
    await page.getByText("kept 7 days").waitFor();
    await page.getByText("may write and read, in this application only").waitFor();
    await page.getByText("Waiting for the first entry").waitFor();
    expect(await page.getByLabel("curl example").textContent()).toContain(
      `curl ${fresh.url}/ingest/ndjson`,
    );
    const secret = await secretIn(page);

    // Who leaves and comes back finds the steps done; the key was shown once.
    await page.reload();
    await page.getByText("application created: shop-prod").waitFor();
    await page.getByText("The key was shown once.").waitFor();
    expect(await secretIn(page)).toBe("$ARGUS_API_KEY");
    expect(await page.content()).not.toContain(secret);
    const entry = { message: "first light", attributes: { via: "curl" } };
    await call(fresh.url, "LogService/SendLogs", { entries: [entry] }, secret);
    await page.getByRole("heading", { name: "The first entry is in." }).waitFor();
    await page.getByText("first light", { exact: true }).waitFor();
    await page.getByRole("status").getByText("Received 1 entry").waitFor();
    // Enter opens the logs on it, and is left to what takes it: a button that has the focus.
    await expect
      .poll(() => page.evaluate("document.activeElement.textContent"))
      .toContain("Open the logs");
    const way = page.getByRole("button", { name: "NDJSON" });
    await way.press("Enter");
    await page.getByLabel("NDJSON example").waitFor();
    expect(page.url()).not.toContain("row=");
    // A tab that was clicked took it already.
    await page.getByRole("button", { name: "pino" }).click();
    await page.getByLabel("pino example").waitFor();
    await page.keyboard.press("Enter");
    await atLogs(page);
    expect(page.url()).toContain("row=");
    // The switcher's square has it.
    await page.locator(".switch .square.series-7").waitFor();

    // The link works once: who opens it again signs in, or is led on.
    await page.goto(setupUrl);
    await atLogs(page);
    expect(faults).toEqual([]);
  }, 60_000);

  test("the lines of the first key send and search as they are copied, and their lamps turn", async () => {
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
    const turned = (count: string) =>
      page.getByRole("status").getByText(`Received ${count}`).waitFor();
    const sent = [
      ["curl", "1 entry"],
      ["NDJSON", "2 entries"],
      ["Twirp JSON", "1 entry"],
    ] as const;
    for (const [name, count] of sent) {
      expect(JSON.parse(await run(name)), name).toMatchObject({ accepted: parseInt(count, 10) });
      await turned(count);
    }
    for (const name of ["npx argus send", "pino"]) {
      expect(await run(name), name).toBe("1 stored, 0 refused\n");
      await turned("1 entry");
    }
    expect((await run("Search")).match(/first light/g)).toHaveLength(5);
    expect(faults).toEqual([]);
  }, 90_000);

  test("what a key may not send turns the lamp amber, with the reason, until something comes", async () => {
    const { server: fresh, setupUrl } = await startUnowned();
    await using _end = fresh;
    await using opened = await openPage(browser);
    const { page, faults } = opened;
    await becomeOwner(page, setupUrl);
    await page.getByLabel("Name").fill("refused");
    await page.getByRole("button", { name: "Create the application" }).click();
    const lamp = page.getByRole("status").filter({ hasText: /Waiting|Refused|Received/ });
    await lamp.getByText("Waiting for the first entry").waitFor();
    const secret = await secretIn(page);
    const { application } = await call<{ application: { id: string } }>(
      fresh.url,
      "ApplicationService/GetApplication",
      {},
      secret,
    );
    const owner = { email: "ada@example.org", password: "a long enough password" };
    const { access_token: token } = await call<{ access_token: string }>(
      fresh.url,
      "AuthService/Login",
      owner,
    );
    const reader = await call<{ secret: string }>(
      fresh.url,
      "ApplicationService/CreateApiKey",
      { application_id: application.id, name: "laptop", scopes: ["SCOPE_READ"] },
      token,
    );
    const send = (key: string): Promise<Response> =>
      fetch(`${fresh.url}/ingest/ndjson`, {
        method: "POST",
        headers: {
          Authorization: `Bearer ${key}`,
          "Content-Type": "application/x-ndjson",
          "User-Agent": "curl/8.5",
        },
        body: '{"message":"first light","via":"curl"}',
      });
    // Whose secret is wrong is told no more than anybody; who has the key sees it.
    const wrong = secret.slice(0, -1) + (secret.endsWith("a") ? "b" : "a");
    expect((await send(wrong)).status).toBe(401);
    await lamp
      .getByText("Refused: the key “first key” has another secret, from 127.0.0.1 curl/8.5")
      .waitFor();
    const sending = call(fresh.url, "LogService/SendLogs", { entries: [] }, reader.secret);
    await expect(sending).rejects.toThrow();
    await lamp.getByText(/^Refused: the key “laptop” may only read, from 127.0.0.1 /).waitFor();
    const old = await call<{ secret: string; api_key: { id: string } }>(
      fresh.url,
      "ApplicationService/CreateApiKey",
      { application_id: application.id, name: "old", scopes: ["SCOPE_INGEST"] },
      token,
    );
    const ended = { api_key_id: old.api_key.id };
    await call(fresh.url, "ApplicationService/RevokeApiKey", ended, token);
    expect((await send(old.secret)).status).toBe(401);
    await lamp.getByText(/^Refused: the key “old” was revoked, from 127.0.0.1 curl/).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    // Who leaves before anything came finds the same lines in the explorer, which has nothing to show.
    await page.getByRole("link", { name: "To the logs of refused" }).click();
    await page.getByRole("heading", { name: "refused has not received anything yet" }).waitFor();
    await lamp.getByText(/^Refused: the key “old” was revoked/).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    expect((await send(secret)).status).toBe(200);
    await lamp.getByText("Received 1 entry").waitFor();
    await page.getByText("first light", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Show what came" }).click();
    await page.getByRole("grid", { name: "Entries" }).getByText("first light").waitFor();
    await page.goto(`${fresh.url}/a/refused/settings/keys`);
    await page.getByText(/^refused .*: the API key lacks the scope ingest/).waitFor();
    await page.getByText("“old” was revoked, and somebody still comes with it").waitFor();
    await page.getByRole("button", { name: "How to send" }).click();
    await page.getByLabel("curl example").getByText("$ARGUS_API_KEY").waitFor();
    expect(faults).toEqual([]);
  }, 60_000);
});
