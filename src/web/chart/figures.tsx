/**
 * Figures alone: one row of them, or the last one of each series that is of a whole step.
 */
import { shownText } from "../words.ts";
import { figureText } from "./figure-text.ts";
import type { Reading } from "./reading.ts";
import { figuresOf, type Over, type Parts } from "./series.ts";

export function FigureList(props: { reading: Reading; over: Over | undefined; parts: Parts }) {
  const { reading, over } = props;
  const [row] = reading.table.rows as readonly (readonly unknown[])[];
  const list =
    over === undefined
      ? reading.measures.map(({ at, title, unit, approximate }) => {
          const cell = row?.[at];
          const value = typeof cell === "number" ? cell : undefined;
          return { title, unit, approximate, value };
        })
      : over.series.map((series) => ({
          title: series.name,
          unit: series.measure.unit,
          approximate: series.measure.approximate,
          value: figuresOf(series, props.parts).last,
        }));
  return (
    <dl class="figures">
      {list.map(({ title, unit, approximate, value }) => (
        <div key={title}>
          <dt>{shownText(title)}</dt>
          <dd>
            {approximate && "about "}
            {figureText(value, unit)}
          </dd>
        </div>
      ))}
    </dl>
  );
}
