/**
 * The bars to be read: those with nothing in them say nothing.
 */
import { LEVELS } from "../../domain/level.ts";
import { type Bars, totalOf } from "./bars.ts";
import { shortClock } from "./wall-clock.ts";

export function BarTable(props: { bars: Bars; zone: string }) {
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
          {props.bars.buckets
            .filter((bar) => totalOf(bar) > 0)
            .map((bar) => (
              <tr key={bar.startMs}>
                <th scope="row">{shortClock(bar.startMs, props.zone)}</th>
                {LEVELS.map((level) => (
                  <td key={level}>{bar.counts[level]}</td>
                ))}
              </tr>
            ))}
        </tbody>
      </table>
    </div>
  );
}
