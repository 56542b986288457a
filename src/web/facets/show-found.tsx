/**
 * How much is found by now, and the way back to it, on a phone: there the fields lie over all of that.
 * Invariant: what was not counted to its end says so.
 */
import type { Search } from "../search.ts";
import { countsOf } from "../time/bars.ts";
import { countText } from "../words.ts";

export function ShowFound(props: { search: Search; onClose: () => void }) {
  const bars = props.search.bars.value;
  return (
    <button type="button" class="main facets-show" onClick={props.onClose}>
      {bars === undefined
        ? "Show what is found"
        : `Show ${countText(countsOf(bars).all, "entry", "entries", bars.partial)}`}
    </button>
  );
}
