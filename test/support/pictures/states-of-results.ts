/**
 * What was found, other than as entries: patterns, and what is different about a part of the time.
 * Invariant: as in ./states.ts.
 */
import type { Page } from "playwright-core";
import { BOTH, complete, INCIDENT, LOGS, type State, whole, WIDE } from "./reach.ts";

/** The first bars of the incident, against the rest of the hour. */
const COMPARED = `${INCIDENT}&cmp=2026-11-24T14:02:00Z..2026-11-24T14:10:00Z`;

const pattern = (page: Page) =>
  page
    .getByRole("treegrid", { name: "Patterns" })
    .getByRole("row")
    .filter({ hasText: "charge failed" });

export const RESULTS: readonly State[] = [
  {
    name: "patterns",
    path: `${INCIDENT}&tab=patterns`,
    async reach(page) {
      await pattern(page).waitFor();
      await whole(page);
    },
  },
  {
    name: "patterns-open",
    judged: BOTH,
    path: `${INCIDENT}&tab=patterns`,
    async reach(page) {
      await pattern(page).click();
      await page.getByText("upstream timeout after").last().waitFor();
      await whole(page);
    },
  },
  {
    name: "patterns-too-few",
    judged: WIDE,
    path: `${LOGS}?q=service%3Ahello&tab=patterns`,
    async reach(page) {
      await page.getByText("Too few entries to group").waitFor();
    },
  },
  {
    name: "explorer-compare",
    path: COMPARED,
    only: "wide",
    async reach(page) {
      await complete(page);
      await page.getByText("What is different").waitFor();
    },
  },
  {
    name: "explorer-never-sent",
    judged: WIDE,
    path: "/a/billing/logs",
    async reach(page) {
      await page.getByRole("region", { name: "How to send" }).waitFor();
    },
  },
];
