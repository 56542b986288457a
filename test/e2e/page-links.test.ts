/** The links that make a user, and that set another password, in a real browser. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { accessibilityFaults } from "../support/accessibility.ts";
import { call, makeApplication, ownerToken } from "../support/api-setup.ts";
import { chromiumPath, openPage, sharedChromium } from "../support/browser.ts";
import { type ArgusProcess, startArgus } from "../support/server-process.ts";

const PASSWORD = "a long enough password";
const path = chromiumPath();

describe.skipIf(path === undefined)("links of the page", () => {
  let browser: Browser;
  let server: ArgusProcess;
  let admin = "";
  let application_id = "";

  beforeAll(async () => {
    [browser, server] = await Promise.all([sharedChromium(), startArgus()]);
    admin = await ownerToken(server.url);
    application_id = (await makeApplication(server.url, "shop", admin)).id;
  }, 120_000);
  afterAll(async () => {
    await server?.[Symbol.asyncDispose]();
  });

  const ask = <T>(method: string, request: object): Promise<T> =>
    call<T>(server.url, method, request, admin);
  const invite = async (email: string): Promise<string> => {
    const request = { application_id, email, role: "ROLE_EDITOR" };
    const answer = await ask<{ invite_url: string }>("ApplicationService/AddMember", request);
    return answer.invite_url;
  };
  const join = async (page: Page, email: string): Promise<void> => {
    await page.goto(await invite(email));
    await page.getByLabel("Name").fill("Bob");
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByRole("button", { name: "Join" }).click();
    await page.waitForURL(/\/a\/shop\/logs$/);
  };

  test("an invite leads a newcomer to the logs, and its code out of the address", async () => {
    await using opened = await openPage(browser);
    const { page } = opened;
    await page.goto(await invite("ann@example.org"));
    await page.getByText("ann@example.org").waitFor();
    await page.getByText("shop, editor").waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await join(page, "bob@example.org");
    expect(opened.faults).toEqual([]);
  });

  test("a link that was used says so", async () => {
    await using opened = await openPage(browser);
    const link = await invite("carl@example.org");
    await opened.page.goto(link);
    await opened.page.getByLabel("Name").fill("Carl");
    await opened.page.getByLabel("Password").fill(PASSWORD);
    await opened.page.getByRole("button", { name: "Join" }).click();
    await opened.page.waitForURL(/\/a\/shop\/logs$/);
    await using again = await openPage(browser);
    await again.page.goto(link);
    await again.page.getByRole("alert").getByText("Ask for a new one").waitFor();
  });

  test("a reset link sets another password and leads to the logs", async () => {
    await using opened = await openPage(browser);
    const { page } = opened;
    await join(page, "dan@example.org");
    const { users } = await ask<{ users: { id: string; email: string }[] }>(
      "UserService/ListUsers",
      {},
    );
    const user_id = users.find(({ email }) => email === "dan@example.org")?.id;
    const { url } = await ask<{ url: string }>("UserService/CreateResetLink", { user_id });
    await using elsewhere = await openPage(browser);
    await elsewhere.page.goto(url);
    await elsewhere.page.getByLabel("New password").fill("another long password");
    expect(await accessibilityFaults(elsewhere.page)).toEqual([]);
    await elsewhere.page.getByRole("button", { name: "Set the password" }).click();
    await elsewhere.page.waitForURL(/\/a\/shop\/logs$/);
    expect(elsewhere.faults).toEqual([]);
    // The session of before is over.
    await page.reload();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
  });
});
