/**
 * How high the bars are drawn, beside how long each of them is: `30 s bars, linear`.
 */
import type { Scale } from "./draw-bars.ts";
import { lengthText } from "./wall-clock.ts";

const NAMES: Readonly<Record<Scale, string>> = {
  linear: "linear",
  sqrt: "square root",
  log: "log",
};

export function ScaleChoice(props: {
  stepMs: number;
  scale: Scale;
  onScale: (scale: Scale) => void;
}) {
  return (
    <label class="scale-choice">
      <span>{lengthText(props.stepMs)} bars,</span>
      <select
        aria-label="Scale of the chart"
        value={props.scale}
        onChange={({ currentTarget: { value } }) =>
          props.onScale(value === "sqrt" || value === "log" ? value : "linear")
        }
      >
        {(["linear", "sqrt", "log"] as const).map((scale) => (
          <option key={scale} value={scale}>
            {NAMES[scale]}
          </option>
        ))}
      </select>
    </label>
  );
}
