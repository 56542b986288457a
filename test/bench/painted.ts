/**
 * How long a key keeps the main thread busy until what it changed is painted, by the browser's own trace.
 * Invariant: time is of the tasks from the key's own to that of the next frame. Waiting for a frame is no work, and what
 * the page does behind that frame is not in the key's way.
 */
import type { Browser } from "playwright-core";

/** As a trace has them: times in µs, `X` is whole with its duration. */
interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly dur?: number;
  readonly args?: { readonly data?: { readonly type?: string } };
}

/** @param act presses keys. @returns ms for each of them, in their order. */
export async function paintedMs(browser: Browser, act: () => Promise<unknown>): Promise<number[]> {
  const session = await browser.newBrowserCDPSession();
  const events: TraceEvent[] = [];
  session.on("Tracing.dataCollected", ({ value }) => {
    events.push(...(value as unknown as TraceEvent[]));
  });
  await session.send("Tracing.start", {
    transferMode: "ReportEvents",
    traceConfig: {
      includedCategories: ["devtools.timeline", "disabled-by-default-devtools.timeline"],
    },
  });
  await act();
  const whole = new Promise((done) => session.once("Tracing.tracingComplete", done));
  await session.send("Tracing.end");
  await whole;
  await session.detach();
  return keysOf(events);
}

function keysOf(events: readonly TraceEvent[]): number[] {
  const keys = events.filter(
    (one) => one.name === "EventDispatch" && one.args?.data?.type === "keydown",
  );
  const [first] = keys;
  if (first === undefined) throw new Error("the trace has no key that was pressed");
  const own = events
    .filter(({ pid, tid, ph }) => pid === first.pid && tid === first.tid && ph === "X")
    .toSorted((a, b) => a.ts - b.ts);
  const tasks = own.filter(({ name }) => name === "RunTask");
  const frames = own.filter(({ name }) => name === "Commit");
  return keys.map((key) => {
    const frame = frames.find(({ ts }) => ts > key.ts);
    if (frame === undefined) throw new Error("the trace ends before a key was painted");
    const busy = tasks.filter((task) => endOf(task) > key.ts && task.ts < endOf(frame));
    return busy.reduce((sum, { dur = 0 }) => sum + dur, 0) / 1000;
  });
}

const endOf = ({ ts, dur = 0 }: TraceEvent): number => ts + dur;
