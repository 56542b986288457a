/**
 * The bars to be read: those with nothing in them say nothing.
 */
import { LEVELS } from "../../domain/level.ts";
import { memo } from "../memo.tsx";
import { type Bar, type Bars, shownStart, totalOf } from "./bars.ts";
import { shortClock } from "./wall-clock.ts";

export function BarTable(props: { bars: Bars; zone: string; startMs: number }) {
  const { bars, zone, startMs } = props;
  return (
    <div class="unseen">
      <table>
        <caption>Entries by time and level</caption>
        <thead>
          <tr>
            <th scope="col">Time</th>
            {LEVELS.map((level) => (
              <th scope="col" key={level}>
                {level}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {bars.buckets
            .filter((bar) => totalOf(bar) > 0)
            .map((bar) => (
              <BarRow key={bar.startMs} bar={bar} zone={zone} startMs={startMs} />
            ))}
        </tbody>
      </table>
    </div>
  );
}

/** While a chart grows most bars are the ones that were there: their rows are left as they are. */
const BarRow = memo(({ bar, zone, startMs }: { bar: Bar; zone: string; startMs: number }) => {
  return (
    <tr>
      <th scope="row">{shortClock(shownStart(bar, startMs), zone)}</th>
      {LEVELS.map((level) => (
        <td key={level}>{bar.counts[level]}</td>
      ))}
    </tr>
  );
});
