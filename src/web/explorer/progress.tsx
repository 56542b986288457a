/**
 * That a search goes on, once it takes long, and the way to end it. Over the results: nothing moves.
 */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Search } from "../search.ts";
import { ended } from "../session.ts";

/** What comes sooner needs no word. */
const PATIENCE_MS = 400;

export function Progress(props: { search: Search }) {
  const { search } = props;
  // A search that waits for a password has its own words over the page.
  const isBusy = search.busy.value && !ended.value;
  const seconds = useSignal<number | undefined>(undefined);
  useEffect(() => {
    seconds.value = undefined;
    if (!isBusy) return;
    const begunMs = performance.now();
    let counting: ReturnType<typeof setInterval> | undefined;
    const count = (): void => {
      seconds.value = Math.floor((performance.now() - begunMs) / 1000);
    };
    const patience = setTimeout(() => {
      count();
      counting = setInterval(count, 500);
    }, PATIENCE_MS);
    return () => {
      clearTimeout(patience);
      clearInterval(counting);
    };
  }, [isBusy]);
  if (!isBusy || seconds.value === undefined) return null;
  return (
    <div class="progress">
      <span class="progress-line" />
      <p>
        Searching<span aria-hidden="true">, {seconds.value} s</span>{" "}
        <button type="button" class="fix" onClick={search.cancel}>
          Cancel
        </button>
      </p>
    </div>
  );
}
