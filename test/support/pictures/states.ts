/**
 * The screens and states of the page that have a picture: how each is reached from the address bar.
 * Invariant: each is reached by itself, from a page that is as if loaded anew, so that one more changes no other.
 */
import type { Page } from "playwright-core";
import {
  allHints,
  ANYTHING,
  BOTH,
  complete,
  error,
  INCIDENT,
  loaded,
  LOGS,
  QUERY,
  says,
  type State,
  whole,
  WIDE,
} from "./reach.ts";
import { CHARTS } from "./states-of-charts.ts";
import { DIALOGS } from "./states-of-dialogs.ts";
import { LOOKED_AT } from "./states-of-explorer.ts";
import { FAULTS } from "./states-of-faults.ts";
import { RESULTS } from "./states-of-results.ts";
import { SETTINGS } from "./states-of-settings.ts";
import { WINDOWS } from "./states-of-windows.ts";

const SIMPLE: readonly (readonly [name: string, path: string, heading: string])[] = [
  ["settings-general", "/a/shop-prod/settings/general", "General"],
  ["settings-members", "/a/shop-prod/settings/members", "Members"],
  ["settings-keys", "/a/shop-prod/settings/keys", "API keys"],
  ["settings-retention", "/a/shop-prod/settings/retention", "Retention and disk"],
  ["settings-audit", "/a/shop-prod/settings/audit", "Audit log"],
  ["settings-danger", "/a/shop-prod/settings/danger", "Danger zone"],
  ["account-profile", "/account/profile", "Profile"],
  ["account-password", "/account/password", "Password"],
  ["account-sessions", "/account/sessions", "Sessions"],
  ["account-appearance", "/account/appearance", "Appearance and keys"],
  ["instance-users", "/instance/users", "Users"],
  ["instance-applications", "/instance/applications", "Applications"],
  ["instance-system", "/instance/system", "System"],
  ["instance-audit", "/instance/audit", "Audit log"],
];

export const STATES: readonly State[] = [
  { name: "explorer", path: INCIDENT, reach: loaded },
  {
    // On a phone an entry opens as a page.
    name: "explorer-row-open",
    judged: WIDE,
    only: "wide",
    path: INCIDENT,
    async reach(page) {
      await loaded(page);
      await error(page).click();
      await page.getByRole("button", { name: "Include service" }).waitFor();
    },
  },
  {
    name: "explorer-panel",
    judged: BOTH,
    path: INCIDENT,
    async reach(page) {
      await loaded(page);
      await error(page).focus();
      await page.keyboard.press("Enter");
      await page.getByRole("tab", { name: /^Fields/ }).waitFor();
    },
  },
  {
    name: "explorer-panel-strips",
    path: INCIDENT,
    async reach(page) {
      await loaded(page);
      await error(page).focus();
      await page.keyboard.press("Enter");
      const strips = page.locator(".strip");
      await strips.last().scrollIntoViewIfNeeded();
      await strips.locator(".line").nth(5).waitFor();
      await strips.locator(".trace-rows .anchor").waitFor();
      await page.getByText("Faint rows do not match the query.").scrollIntoViewIfNeeded();
    },
  },
  {
    name: "explorer-panel-json",
    judged: WIDE,
    path: INCIDENT,
    async reach(page) {
      await loaded(page);
      await error(page).focus();
      await page.keyboard.press("Enter");
      await page.getByRole("tab", { name: "JSON" }).click();
      await page.getByRole("tab", { name: "JSON", selected: true }).waitFor();
    },
  },
  {
    name: "explorer-context",
    judged: WIDE,
    path: INCIDENT,
    async reach(page, settle) {
      await loaded(page);
      // What comes last above the list leaves it less room: the row is scrolled to then.
      await settle();
      await error(page).focus();
      await page.keyboard.press("c");
      await page.getByText(/^Context:/).waitFor();
      await page.getByText("5 more below").waitFor();
    },
  },
  {
    name: "explorer-time",
    judged: WIDE,
    path: INCIDENT,
    async reach(page) {
      await loaded(page);
      await page.getByRole("button", { name: /time range$/ }).click();
      await page.getByLabel("Range of time").fill("yesterday 14:00 to 14:30");
      await page.getByRole("grid").first().waitFor();
    },
  },
  {
    name: "explorer-filters",
    judged: BOTH,
    path: INCIDENT,
    only: "phone",
    async reach(page) {
      await loaded(page);
      await page.getByRole("button", { name: "Filters" }).click();
      await page.getByRole("treeitem", { name: /^error/ }).waitFor();
    },
  },
  {
    name: "explorer-columns",
    judged: WIDE,
    path: INCIDENT,
    async reach(page) {
      await loaded(page);
      await page.getByRole("button", { name: "Columns" }).click();
      await page.getByRole("checkbox", { name: "host" }).waitFor();
    },
  },
  {
    name: "explorer-suggestions",
    judged: WIDE,
    path: INCIDENT,
    async reach(page) {
      await loaded(page);
      await page.getByLabel("Query", { exact: true }).press("End");
      await page.keyboard.type(" timeout sta");
      await page.getByRole("option").first().waitFor();
    },
  },
  {
    name: "explorer-mistake",
    judged: WIDE,
    path: INCIDENT,
    async reach(page) {
      await loaded(page);
      await page.getByLabel("Query", { exact: true }).fill("service:payments status:>");
      await page.keyboard.press("Enter");
      await page.getByRole("alert").waitFor();
    },
  },
  {
    name: "explorer-live",
    path: INCIDENT,
    async reach(page) {
      await loaded(page);
      await page.getByRole("button", { name: "Live" }).click();
      await says(page, "Live");
    },
  },
  {
    name: "explorer-no-match",
    judged: WIDE,
    path: `${LOGS}?q=service%3Apayments+provider%3Anorthpoy&from=-15m`,
    before: allHints,
    async reach(page) {
      await page.getByText(/^No entries match/).waitFor();
      await page.locator(".hints").getByRole("button").nth(1).waitFor();
    },
  },
  {
    name: "explorer-loading",
    path: INCIDENT,
    held: QUERY,
    async reach(page, settle) {
      await loaded(page);
      await settle();
      await page.route(QUERY, () => undefined);
      await page.getByLabel("Query", { exact: true }).fill("service:payments");
      await page.keyboard.press("Enter");
      await page.getByRole("button", { name: "Cancel" }).waitFor();
    },
  },
  {
    name: "explorer-first-loading",
    path: INCIDENT,
    held: QUERY,
    before: (page) => page.route(QUERY, () => undefined).then(() => undefined),
    reach: (page) => page.getByRole("button", { name: "Cancel" }).waitFor(),
  },
  {
    name: "explorer-failed",
    judged: WIDE,
    path: INCIDENT,
    async reach(page, settle) {
      await loaded(page);
      await settle();
      await page.route(QUERY, (route) =>
        route.fulfill({
          status: 500,
          headers: { "X-Request-Id": "0193f0a1-7c00-7000-8000-000000000000" },
          json: { code: "internal", msg: "internal error", meta: {} },
        }),
      );
      await page.getByLabel("Query", { exact: true }).fill("service:payments");
      await page.keyboard.press("Enter");
      await page.getByRole("button", { name: "Try again" }).waitFor();
    },
  },
  {
    name: "explorer-partial",
    path: INCIDENT,
    before: partial,
    async reach(page) {
      await page
        .getByText(/^Partial/)
        .first()
        .waitFor({ state: "attached" });
      await whole(page);
    },
  },
  {
    name: "explorer-offline",
    path: INCIDENT,
    held: ANYTHING,
    async reach(page, settle) {
      await loaded(page);
      await settle();
      await unreachable(page);
      await page.getByLabel("Query", { exact: true }).fill("service:payments");
      await page.keyboard.press("Enter");
      await page.getByText(/^Trying again/).waitFor();
    },
  },
  {
    name: "explorer-chart",
    judged: BOTH,
    path: `${LOGS}?q=service%3A(gateway+payments+checkout)+%7C+timechart+1m+count()+by+service`,
    async reach(page) {
      await complete(page);
      await page.getByRole("slider", { name: /^Step of the chart/ }).waitFor();
    },
  },
  {
    name: "explorer-table",
    judged: WIDE,
    path: `${LOGS}?q=%7C+stats+count()+as+n,+p95(ms)+as+p95+by+service,+level`,
    async reach(page) {
      await complete(page);
      await page
        .getByRole("row", { name: /gateway/ })
        .first()
        .waitFor();
    },
  },
  ...LOOKED_AT,
  ...FAULTS,
  ...CHARTS,
  ...RESULTS,
  ...WINDOWS,
  ...DIALOGS,
  {
    name: "jump",
    path: INCIDENT,
    async reach(page) {
      await loaded(page);
      await page.keyboard.press("Control+k");
      await page.getByRole("option", { name: "API keys" }).waitFor();
    },
  },
  {
    name: "keys",
    path: INCIDENT,
    async reach(page) {
      await loaded(page);
      await page.keyboard.press("?");
      await page.getByRole("dialog", { name: "Keys" }).waitFor();
    },
  },
  {
    name: "switcher",
    path: INCIDENT,
    async reach(page) {
      await loaded(page);
      await page.getByRole("button", { name: /^Application/ }).click();
      await page.getByRole("option", { name: /shop-prod/ }).waitFor();
    },
  },
  {
    name: "you",
    path: INCIDENT,
    async reach(page) {
      await loaded(page);
      await page.getByRole("button", { name: /^You/ }).click();
      await page.getByRole("button", { name: "Sign out" }).waitFor();
    },
  },
  {
    name: "no-application",
    judged: WIDE,
    path: "/a/nowhere/logs",
    reach: (page) => page.getByText("There is no application").waitFor(),
  },
  ...SIMPLE.map(([name, path, heading]): State => ({
    name,
    path,
    async reach(page) {
      await page.getByRole("heading", { level: 1, name: heading }).waitFor();
    },
  })),
  {
    name: "settings-keys-new",
    path: "/a/shop-prod/settings/keys",
    async reach(page) {
      await page.getByRole("button", { name: "New key" }).click();
      await page.getByRole("button", { name: "Create the key" }).waitFor();
    },
  },
  ...SETTINGS,
];

/** A search fails, and nothing else is ever answered: what is tried again would count its tries. */
async function unreachable(page: Page): Promise<void> {
  await page.route(ANYTHING, (route) =>
    QUERY.test(route.request().url()) ? route.abort() : undefined,
  );
}

/** Rows of the newest part alone, as when a bound of the search was met. */
async function partial(page: Page): Promise<void> {
  await page.route(QUERY, async (route) => {
    const response = await route.fetch();
    const answer = (await response.json()) as { entries: { time: string }[]; stats: object };
    const json = {
      ...answer,
      partial: true,
      partial_reason: "time",
      covered_start_time: answer.entries.at(-1)?.time,
      stats: { ...answer.stats, matched_exact: false, elapsed: "2s" },
    };
    await route.fulfill({ response, json });
  });
}
