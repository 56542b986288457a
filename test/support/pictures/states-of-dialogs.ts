/**
 * What opens over the page and tells or asks for something: of a run, of what leaves the page, of keys and links.
 * Invariant: as in ./states.ts; what a run took is as if it had always taken the same.
 */
import type { Page } from "playwright-core";
import { BOTH, INCIDENT, loaded, type State, WIDE } from "./reach.ts";

export const DIALOGS: readonly State[] = [
  {
    name: "explain",
    // On a phone it is asked for where an answer is partial.
    only: "wide",
    path: INCIDENT,
    before: (page) => timeless(page),
    async reach(page) {
      await loaded(page);
      await page.getByRole("button", { name: "Explain" }).click();
      await page.getByRole("region", { name: "Columns read" }).waitFor();
    },
  },
  {
    name: "export",
    path: INCIDENT,
    async reach(page) {
      await loaded(page);
      await page.getByRole("button", { name: "Export" }).click();
      await page
        .getByRole("dialog", { name: "Export" })
        .getByText(/3,\d{3} entries/)
        .first()
        .waitFor();
    },
  },
  {
    name: "share",
    judged: BOTH,
    path: INCIDENT,
    async reach(page) {
      await loaded(page);
      await page.getByRole("button", { name: "Share" }).click();
      await page.getByRole("button", { name: /curl/ }).waitFor();
    },
  },
  {
    name: "settings-keys-ready",
    path: "/a/shop-prod/settings/keys",
    before: keyMade,
    async reach(page) {
      await page.getByRole("button", { name: "New key" }).click();
      await page.getByLabel("Name").fill("mobile backend");
      await page.getByRole("button", { name: "Create the key" }).click();
      await page.getByText(/is ready. Copy it now/).waitFor();
      // What came before is told of later, by the stream of first entries.
      await page
        .getByText(/^Received 200 entries/)
        .first()
        .waitFor({ state: "attached" });
    },
  },
  {
    name: "settings-keys-none",
    judged: WIDE,
    path: "/a/billing/settings/keys",
    reach: (page) => page.getByText("No keys yet").waitFor(),
  },
  {
    name: "settings-keys-revoke",
    path: "/a/shop-prod/settings/keys",
    async reach(page) {
      await page
        .getByRole("row", { name: /grafana reader/ })
        .getByRole("button", { name: /Revoke/ })
        .click();
      await page.getByRole("dialog").getByText(/used/).waitFor();
    },
  },
  {
    name: "invite",
    path: "/invite#7Kq2mWc9xT4vRb81LpZs0Hn6d4",
    before: invited,
    reach: (page) => page.getByRole("button", { name: "Join" }).waitFor(),
  },
  {
    name: "reset",
    path: "/reset#7Kq2mWc9xT4vRb81LpZs0Hn6d4",
    reach: (page) => page.locator("main.narrow button").first().waitFor(),
  },
];

/** Answers that change nothing on the server, which the other size shares. */
async function keyMade(page: Page): Promise<void> {
  await page.route("**/argus.v1.ApplicationService/CreateApiKey", (route) =>
    route.fulfill({
      json: {
        api_key: { id: "0193f0a1-7c00-7000-8000-000000000009", name: "mobile backend" },
        secret: "argus_rw_7Kq2mWc9xT4vRb81LpZs0Hn6d4",
      },
    }),
  );
}

async function invited(page: Page): Promise<void> {
  await page.route("**/argus.v1.AuthService/GetInvite", (route) =>
    route.fulfill({
      json: {
        email: "barbara@example.org",
        applications: [{ name: "shop-prod", title: "shop-prod", role: "ROLE_EDITOR" }],
      },
    }),
  );
}

async function timeless(page: Page): Promise<void> {
  await page.route("**/argus.v1.LogService/ExplainQuery", async (route) => {
    const response = await route.fetch();
    const told = (await response.text())
      .replaceAll(/"(elapsed|cpu)":\s*"[\d.]+s"/g, '"$1":"0.0042s"')
      .replaceAll(/"(bytes|bytes_read)":\s*"\d+"/g, '"$1":"184320"')
      .replaceAll(
        /"(blocks|blocks_read|blocks_pruned|blocks_outside)":\s*("?)\d+\2/g,
        '"$1":$28$2',
      );
    await route.fulfill({ response, body: told });
  });
}
