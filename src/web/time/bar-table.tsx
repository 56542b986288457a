/**
 * The bars to be read: those with nothing in them say nothing.
 */
import type { VNode } from "preact";
import { useMemo } from "preact/hooks";
import { LEVELS } from "../../domain/level.ts";
import { type Bar, type Bars, shownStart, totalOf } from "./bars.ts";
import { shortClock } from "./wall-clock.ts";

export function BarTable(props: { bars: Bars; zone: string; startMs: number }) {
  // While a chart grows most bars are the ones that were there: their rows are left as they are.
  const rows = useMemo(() => new WeakMap<Bar, VNode>(), [props.zone, props.startMs]);
  const rowOf = (bar: Bar): VNode => {
    let row = rows.get(bar);
    if (row === undefined) rows.set(bar, (row = <BarRow key={bar.startMs} bar={bar} {...props} />));
    return row;
  };
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
        <tbody>{props.bars.buckets.filter((bar) => totalOf(bar) > 0).map(rowOf)}</tbody>
      </table>
    </div>
  );
}

function BarRow({ bar, zone, startMs }: { bar: Bar; zone: string; startMs: number }) {
  return (
    <tr>
      <th scope="row">{shortClock(shownStart(bar, startMs), zone)}</th>
      {LEVELS.map((level) => (
        <td key={level}>{bar.counts[level]}</td>
      ))}
    </tr>
  );
}
