/**
 * Takes what a page shows as PNG. Invariant: equal pixels give equal bytes of one version of Chromium.
 */
import type { Page } from "playwright-core";

export type Camera = () => Promise<Buffer>;

/** By the protocol itself: Playwright waits for and puts back much that stands still here, and packs it twice as long. */
export async function cameraOf(page: Page): Promise<Camera> {
  const session = await page.context().newCDPSession(page);
  return async () => {
    const { data } = await session.send("Page.captureScreenshot", {
      format: "png",
      optimizeForSpeed: true,
    });
    return Buffer.from(data, "base64");
  };
}
