/**
 * What a page holds of what it draws, counted in its heap: a count is exact where megabytes are not.
 */
import type { Page } from "playwright-core";

/** How many nodes of what it draws there are, in use or not. */
export async function drawnNodes(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  const { result: prototype } = await session.send("Runtime.evaluate", {
    expression: "Object.prototype",
  });
  const { objects } = await session.send("Runtime.queryObjects", {
    prototypeObjectId: prototype.objectId ?? "",
  });
  const { result } = await session.send("Runtime.callFunctionOn", {
    objectId: objects.objectId ?? "",
    functionDeclaration: `function () {
      return this.filter((one) => ["type", "props", "key", "ref"].every((name) => Object.hasOwn(one, name))).length;
    }`,
    returnByValue: true,
  });
  await session.detach();
  return Number(result.value);
}
