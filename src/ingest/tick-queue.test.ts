import { expect, test } from "vitest";
import { parseAppId } from "../domain/ids.ts";
import { TickQueue } from "./tick-queue.ts";

const BUSY = parseAppId("0197f000-0000-7000-8000-0000000000a1");
const QUIET = parseAppId("0197f000-0000-7000-8000-0000000000a2");
const MIB = 1024 * 1024;

test("an application that never empties does not keep another from its turn", () => {
  const queue = new TickQueue<{ app: typeof BUSY; bytes: number }>();
  const fill = (): void => {
    for (let i = 0; i < 16; i++) queue.put({ app: BUSY, bytes: MIB }, 0);
  };
  fill();
  queue.put({ app: QUIET, bytes: 100 }, 0);
  const first = queue.take(100, true);
  fill();
  const second = queue.take(200, true);
  expect([...first, ...second].some(({ app }) => app === QUIET)).toBe(true);
});
