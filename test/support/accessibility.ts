/**
 * What axe finds wrong with a page as it stands.
 * Invariant: every rule of axe counts, whatever its impact; what axe cannot decide does not.
 */
import axe, { type AxeResults } from "axe-core";
import type { Page } from "playwright-core";

/** @returns a line a fault: rule, impact, and the first place it is at. */
export async function accessibilityFaults(page: Page): Promise<readonly string[]> {
  // Evaluated by the debugger: the page's policy lets no script in.
  // What is busy is dimmed until its answer is there, and states its contrast to nobody.
  await page.waitForFunction(
    "document.querySelector('[aria-busy=\"true\"]') === null && document.getAnimations().every((one) => one.playState !== 'running')",
  );
  await page.evaluate(axe.source);
  const results = await page.evaluate<AxeResults>("axe.run({ resultTypes: ['violations'] })");
  return results.violations.map(({ id, impact, nodes }) => {
    const [first] = nodes;
    return `${id} (${impact ?? "minor"}) ${first?.html ?? ""}: ${first?.failureSummary ?? ""}`;
  });
}
