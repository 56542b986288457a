/**
 * What pipes make of entries, drawn: figures, bars, heat, and nothing.
 * Invariant: as in ./states.ts.
 */
import type { Page } from "playwright-core";
import { complete, LOGS, type State, WIDE } from "./reach.ts";

const asked = (query: string, more = ""): string => `${LOGS}?q=${encodeURIComponent(query)}${more}`;
const said = async (page: Page): Promise<void> => {
  await complete(page);
  await page.locator(".chart-said").waitFor();
};

export const CHARTS: readonly State[] = [
  {
    name: "chart-bars",
    judged: WIDE,
    path: asked("service:(gateway payments) | timechart 5m count() by level", "&chart=bar"),
    async reach(page) {
      await complete(page);
      await page.getByRole("slider", { name: /^Step of the chart/ }).focus();
      await page.keyboard.press("End");
      await page.keyboard.press("ArrowLeft");
    },
  },
  {
    name: "chart-heat",
    judged: WIDE,
    path: asked("service:gateway ms:<1000 | stats count() by bin(1m), bin(ms, 20)"),
    reach: said,
  },
  {
    name: "chart-figures",
    judged: WIDE,
    path: asked("service:payments | stats count() as charges, p95(ms) as p95, max(amount) as most"),
    reach: complete,
  },
  {
    name: "chart-none",
    judged: WIDE,
    path: asked("service:nobody | stats count() by host"),
    async reach(page) {
      await complete(page);
      await page.getByRole("tab", { name: /^Chart/, selected: true }).waitFor();
    },
  },
];
