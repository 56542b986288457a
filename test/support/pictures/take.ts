/**
 * Takes a picture of a page in both themes, when nothing on it moves any more, with what is wrong with it.
 */
import type { Page } from "playwright-core";
import { accessibilityFaults } from "../accessibility.ts";
import { inPage } from "../in-page.ts";
import { isScaled, largeTextFaults } from "./large-text.ts";
import type { State } from "./reach.ts";
import { LEAST_PX, type Sitter, type Size } from "./sitter.ts";

export type Theme = "dark" | "light";

export interface Picture {
  /** `explorer.dark.wide`; `explorer.large.wide`, where it was looked at with larger text. */
  readonly name: string;
  /** Empty where none is wanted. */
  readonly png: Buffer;
  /** A line each. */
  readonly faults: readonly string[];
}

export interface Take {
  /** Whether anybody looks at the pictures themselves. */
  readonly isDrawn: boolean;
  /** Receives each as it is taken. */
  readonly each: (picture: Picture) => Promise<void>;
}

/** @returns what is wrong with the page as it stands, a line a fault. */
type Check = (page: Page, size: Size) => Promise<readonly string[]>;

const MOST_TRIES = 5;

/** What every state is asked, in each theme: where things lie once, as themes share it. Further checks have their place here. */
const CHECKS: Readonly<Record<Theme, readonly Check[]>> = {
  dark: [(page, size) => inPage(page, "layout", `layoutFaults(${LEAST_PX[size]})`)],
  light: [],
};

/** @param of what the state does not wait for, as it is never answered; and in which sizes axe is asked about it. */
export async function takeBoth(
  sitter: Sitter,
  state: string,
  size: Size,
  take: Take,
  { held, judged = [] }: Pick<State, "held" | "judged"> = {},
): Promise<void> {
  const { page } = sitter;
  await page.mouse.move(0, 0);
  const found = judged.includes(size) ? await accessibilityFaults(page) : [];
  for (const theme of ["dark", "light"] as const) {
    if (!take.isDrawn && CHECKS[theme].length === 0) continue;
    await page.emulateMedia({ colorScheme: theme });
    await sitter.settle(held);
    await inPage(page, "still", "makeStill()");
    const faults: string[] = theme === "dark" ? [...found] : [];
    for (const check of CHECKS[theme]) faults.push(...(await check(page, size)));
    const png = take.isDrawn ? await pictureOf(sitter) : Buffer.alloc(0);
    await take.each({ name: `${state}.${theme}.${size}`, png, faults });
    await inPage(page, "still", "goOn()");
  }
  if (!isScaled(state)) return;
  const faults = await largeTextFaults(sitter, size, held);
  await take.each({ name: `${state}.large.${size}`, png: Buffer.alloc(0), faults });
}

/** Once more where the page has drawn anew meanwhile what was made still. */
async function pictureOf({ page, camera }: Sitter): Promise<Buffer> {
  for (let tries = 1; ; tries++) {
    const png = await camera();
    if (tries === MOST_TRIES || !(await inPage<boolean>(page, "still", "makeStill()"))) return png;
  }
}
