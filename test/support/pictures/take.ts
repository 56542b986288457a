/**
 * Takes a picture of a page in both themes, when nothing on it moves any more, with what is wrong with its layout.
 */
import type { Page } from "playwright-core";
import { NOTHING_MOVES } from "../accessibility.ts";
import { inPage } from "../in-page.ts";
import { until } from "../until.ts";
import type { Size } from "./shop.ts";

export interface Picture {
  /** `explorer.dark.wide` */
  readonly name: string;
  /** PNG in base64. */
  readonly png: string;
  /** Of its layout, a line each. */
  readonly faults: readonly string[];
}

/** Receives each picture as it is taken. */
export type Take = (picture: Picture) => Promise<void>;

/** As WCAG 2.2 asks of what is pressed by a pointer, and as a finger wants it. */
const LEAST_PX: Readonly<Record<Size, number>> = { wide: 24, phone: 44 };

/** The strong letters come when all else is there. */
const STILL = `document.fonts.status === "loaded" && document.fonts.check("500 12px Inter") &&
  document.querySelector('[aria-busy="true"]') === null &&
  ${NOTHING_MOVES}`;

/** @param isBusy the picture shows something that is not there yet, and does not wait for it. */
export async function takeBoth(
  page: Page,
  state: string,
  size: Size,
  take: Take,
  isBusy = false,
): Promise<void> {
  for (const colorScheme of ["dark", "light"] as const) {
    await page.emulateMedia({ colorScheme });
    if (!isBusy) await until(`${state} is still`, () => page.evaluate<boolean>(STILL));
    await page.evaluate(
      "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))",
    );
    await page.mouse.move(0, 0);
    await inPage(page, "pictures", "makeStill()");
    const faults =
      colorScheme === "light"
        ? []
        : await inPage<string[]>(page, "layout", `layoutFaults(${LEAST_PX[size]})`);
    const png = await page.screenshot({ animations: "allow" });
    await take({ name: `${state}.${colorScheme}.${size}`, png: png.toString("base64"), faults });
  }
}
