/**
 * What axe finds wrong with a page as it stands.
 * Invariant: every rule of axe counts, whatever its impact; what axe cannot decide does not.
 */
import axe, { type AxeResults } from "axe-core";
import type { Page } from "playwright-core";
import { until } from "./until.ts";

/** What goes round for ever shows that something is waited for, and is no change. */
export const NOTHING_MOVES = `document.getAnimations().every(
  (one) => one.playState !== "running" || one.effect?.getComputedTiming().iterations === Infinity)`;

/**
 * @param within a selector of the one part that is looked at; all of the page unless said.
 * @returns a line a fault: rule, impact, and the first place it is at.
 */
export async function accessibilityFaults(page: Page, within = "html"): Promise<readonly string[]> {
  const part = JSON.stringify(within);
  // What is busy is dimmed until its answer is there, and states its contrast to nobody.
  await until("the page is still", () =>
    page.evaluate<boolean>(
      `document.querySelector(${part})?.querySelector('[aria-busy="true"]') === null && ${NOTHING_MOVES}`,
    ),
  );
  // Evaluated by the debugger: the page's policy lets no script in.
  await page.evaluate(axe.source);
  const results = await page.evaluate<AxeResults>(
    `axe.run(${part}, { resultTypes: ['violations'] })`,
  );
  return results.violations.map(({ id, impact, nodes }) => {
    const [first] = nodes;
    return `${id} (${impact ?? "minor"}) ${first?.html ?? ""}: ${first?.failureSummary ?? ""}`;
  });
}
