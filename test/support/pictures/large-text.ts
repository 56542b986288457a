/**
 * How states are laid out with text of twice the usual size, on a wide screen, on a phone and on the narrowest one.
 * Invariant: the page that was just looked at is looked at again, and left as it was: nothing is reached anew for it.
 */
import { inPage } from "../in-page.ts";
import { LEAST_PX, type Sitter, type Size, SIZES } from "./sitter.ts";

export const USUAL_PX = 16;
export const LARGE_PX = 32;
/** Widths, with what is pressed at least so large: in 320 px the seven days of a week have no room for more. */
const WIDTHS: Readonly<Record<Size, readonly (readonly [widthPx: number, leastPx: number])[]>> = {
  wide: [[1440, LEAST_PX.wide]],
  phone: [
    [390, LEAST_PX.phone],
    [320, 36],
  ],
};

/** Of each kind of screen one, and what opens over it. */
const STATES: ReadonlySet<string> = new Set([
  "account-appearance",
  "account-sessions",
  "explain",
  "explorer-chart",
  "explorer-columns",
  "explorer-context",
  "explorer-failed",
  "explorer-filters",
  "explorer-held",
  "explorer-mistake",
  "explorer-no-match",
  "explorer-partial",
  "explorer-suggestions",
  "explorer-table",
  "explorer-time",
  "export",
  "first-run-application",
  "first-run-waiting",
  "instance-users",
  "invite",
  "jump",
  "patterns-open",
  "session-ended",
  "settings-general",
  "settings-keys-new",
  "settings-keys-ready",
  "settings-members",
  "settings-retention",
  "share",
  "sign-in-wrong",
  "switcher",
  "you",
]);

export function isScaled(state: string): boolean {
  return STATES.has(state);
}

/** @param held what is never answered. @returns a line a fault. */
export async function largeTextFaults(
  sitter: Sitter,
  size: Size,
  held: RegExp | undefined,
): Promise<readonly string[]> {
  const { page } = sitter;
  const { viewport } = SIZES[size];
  const faults: string[] = [];
  await sitter.setText(LARGE_PX);
  for (const [width, leastPx] of WIDTHS[size]) {
    await page.setViewportSize({ ...viewport, width });
    await sitter.settle(held);
    const found = await inPage<string[]>(page, "layout", `layoutFaults(${leastPx})`);
    faults.push(...found.map((fault) => `${width} px: ${fault}`));
  }
  await sitter.setText(USUAL_PX);
  await page.setViewportSize(viewport);
  return faults;
}
