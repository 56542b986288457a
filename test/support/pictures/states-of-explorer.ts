/**
 * The explorer while something of it is looked at or chosen: bars, rows, a field, another tab of an entry, what was asked.
 * Invariant: as in ./states.ts.
 */
import type { Page } from "playwright-core";
import { complete, error, INCIDENT, loaded, LOGS, type State, WIDE } from "./reach.ts";

/** Nobody is there to choose one. */
const PICK_A_FILE = `window.showSaveFilePicker = async () =>
  (await navigator.storage.getDirectory()).getFileHandle("saved", { create: true })`;

const bars = (page: Page) => page.getByRole("slider", { name: "Bar of the chart" });

export const LOOKED_AT: readonly State[] = [
  {
    name: "explorer-bar",
    judged: WIDE,
    path: INCIDENT,
    async reach(page) {
      await loaded(page);
      await bars(page).focus();
      // On the left half, where what is said stands at whole pixels: elsewhere letters lie as they did when it came.
      await page.keyboard.press("Home");
      for (let at = 0; at < 9; at++) await page.keyboard.press("ArrowRight");
      await page
        .locator(".histogram-tip")
        .getByText(/^error/)
        .waitFor();
    },
  },
  {
    name: "explorer-brush",
    only: "wide",
    path: INCIDENT,
    async reach(page) {
      await loaded(page);
      await bars(page).focus();
      await page.keyboard.press("Home");
      for (let at = 0; at < 9; at++) await page.keyboard.press("Shift+ArrowRight");
      await page.locator(".histogram-tip.band").waitFor();
    },
  },
  { name: "explorer-wrapped", path: `${INCIDENT}&wrap=1`, reach: loaded },
  {
    name: "explorer-earlier",
    path: `${INCIDENT}&at=2026-11-24T13:40:00Z`,
    reach: loaded,
  },
  {
    name: "explorer-selected",
    judged: WIDE,
    only: "wide",
    path: INCIDENT,
    async reach(page) {
      await loaded(page);
      // A double click, as a mouse selects a word.
      await error(page)
        .getByText(/^charge failed/)
        .dblclick({ position: { x: 150, y: 8 } });
      await page.getByRole("toolbar", { name: "Selected text" }).waitFor();
    },
  },
  {
    name: "explorer-recent",
    judged: WIDE,
    path: LOGS,
    async reach(page) {
      await loaded(page);
      const recent = [
        "level:>=error service:payments",
        "provider:northpay | stats count() by host",
      ];
      await page.evaluate(
        `localStorage.setItem("argus.recent.shop-prod", ${JSON.stringify(JSON.stringify(recent))})`,
      );
      await page.getByLabel("Query", { exact: true }).focus();
      await page.keyboard.press("ArrowDown");
      await page.getByRole("option").first().waitFor();
    },
  },
  ...(["context", "trace", "raw"] as const).map((tab): State => ({
    name: `explorer-panel-${tab}`,
    path: INCIDENT,
    async reach(page) {
      await loaded(page);
      await error(page).focus();
      await page.keyboard.press("Enter");
      await page.getByRole("tab", { name: new RegExp(tab, "i") }).click();
      await page.getByRole("tab", { name: new RegExp(tab, "i"), selected: true }).waitFor();
      await page.getByRole("tabpanel").getByText("charge failed").first().waitFor();
    },
  })),
  {
    name: "explorer-panel-values",
    judged: WIDE,
    only: "wide",
    path: INCIDENT,
    async reach(page) {
      await loaded(page);
      await error(page).focus();
      await page.keyboard.press("Enter");
      await page.getByRole("button", { name: "Top values of provider" }).press("Enter");
      await page.locator(".values .value-bar").nth(1).waitFor();
    },
  },
  {
    name: "explorer-quiet",
    judged: WIDE,
    only: "wide",
    path: INCIDENT,
    before: quiet,
    async reach(page) {
      await complete(page);
      await page.getByText(/^quiet for \d+ min$/).waitFor();
    },
  },
  {
    name: "export-done",
    judged: WIDE,
    path: INCIDENT,
    async reach(page) {
      await loaded(page);
      await page.getByRole("button", { name: "Export" }).click();
      const dialog = page.getByRole("dialog", { name: "Export" });
      await page.evaluate(PICK_A_FILE);
      await dialog
        .getByText(/3,\d{3} entries/)
        .first()
        .waitFor();
      await dialog.getByRole("button", { name: "Save" }).click();
      await dialog.getByText(/^Complete/).waitFor();
    },
  },
];

/** The last minutes of the pulse are without an entry. */
async function quiet(page: Page): Promise<void> {
  await page.route(/\/argus\.v1\.LogService\/GetHistogram$/, async (route) => {
    const { query } = route.request().postDataJSON() as { query?: string };
    if (query !== undefined && query !== "") return route.continue();
    const response = await route.fetch();
    const answer = (await response.json()) as { buckets: object[] };
    const buckets = answer.buckets.map((one, at) =>
      at < answer.buckets.length - 6 ? one : { ...one, counts: {} },
    );
    return route.fulfill({ response, json: { ...answer, buckets } });
  });
}
