/**
 * What is loaded once the first look is over, so that no click waits for it.
 * Invariant: nothing here is asked for before what was asked first is on screen; one part comes after the other, and
 * one that could not be had is asked for again by who needs it.
 */
type Load = () => Promise<unknown>;

const waiting: Load[] = [];
let isOver = false;
let isLoading = false;

export function afterFirstLook(load: Load): void {
  waiting.push(load);
  if (isOver) begin();
}

/** What was asked first is on screen. */
export function endFirstLook(): void {
  if (isOver) return;
  isOver = true;
  performance.mark("first-look");
  begin();
}

function begin(): void {
  if (isLoading) return;
  isLoading = true;
  // Safari has no idle callbacks.
  if ("requestIdleCallback" in globalThis) requestIdleCallback(() => void loadAll());
  else setTimeout(() => void loadAll(), 200);
}

async function loadAll(): Promise<void> {
  for (let load = waiting.shift(); load !== undefined; load = waiting.shift())
    await load().catch(() => undefined);
  isLoading = false;
}
