/**
 * Settings in the midst of a change: what was made and is shown once, what is asked before it is done.
 * Invariant: as in ./states.ts; nothing is changed on the server, which the other size shares.
 */
import type { Page } from "playwright-core";
import { NOW_MS } from "./incident.ts";
import { type State, WIDE } from "./reach.ts";

const KEYS = "/a/shop-prod/settings/keys";

export const SETTINGS: readonly State[] = [
  {
    name: "settings-members-invited",
    path: "/a/shop-prod/settings/members",
    before: (page) =>
      answered(page, "AddMember", {
        invite_url: "http://127.0.0.1:4700/invite#7Kq2mWc9xT4vRb81LpZs0Hn6d4",
        invite_expires_at: new Date(NOW_MS + 7 * 86_400_000).toISOString(),
      }),
    async reach(page) {
      await page.getByLabel("Email").fill("barbara@example.org");
      await page.getByRole("button", { name: "Add" }).click();
      await page.getByRole("textbox", { name: "Invite link" }).waitFor();
    },
  },
  {
    name: "settings-keys-rotate",
    judged: WIDE,
    path: KEYS,
    async reach(page) {
      await page.getByRole("button", { name: "Rotate production collectors" }).click();
      await page.getByRole("button", { name: "Make the new secret" }).waitFor();
    },
  },
  {
    name: "settings-keys-used",
    judged: WIDE,
    path: KEYS,
    async reach(page) {
      await page.getByRole("button", { name: "Revoke production collectors" }).click();
      await page.getByLabel(/^Type/).fill("production");
    },
  },
  {
    name: "settings-keys-left",
    path: KEYS,
    before: (page) =>
      answered(page, "CreateApiKey", {
        api_key: { id: "0193f0a1-7c00-7000-8000-000000000009", name: "mobile backend" },
        secret: "argus_rw_7Kq2mWc9xT4vRb81LpZs0Hn6d4",
      }),
    async reach(page) {
      await page.getByRole("button", { name: "New key" }).click();
      await page.getByLabel("Name").fill("mobile backend");
      await page.getByRole("button", { name: "Create the key" }).click();
      await page.getByText(/is ready. Copy it now/).waitFor();
      await page.getByRole("link", { name: "Members" }).click();
      await page.getByRole("dialog", { name: "Leave without the key?" }).waitFor();
    },
  },
  {
    name: "settings-retention-shorter",
    path: "/a/shop-prod/settings/retention",
    async reach(page) {
      await page.getByLabel("Days kept").fill("1");
      await page.getByText(/^1 days?: /).waitFor();
    },
  },
  {
    name: "settings-danger-asked",
    path: "/a/shop-prod/settings/danger",
    async reach(page) {
      await page.getByRole("button", { name: "Delete the application…" }).click();
      await page.getByRole("dialog").getByLabel(/^Type/).fill("shop");
    },
  },
];

async function answered(page: Page, method: string, json: object): Promise<void> {
  await page.route(`**/argus.v1.ApplicationService/${method}`, (route) => route.fulfill({ json }));
}
