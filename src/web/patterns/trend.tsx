/**
 * How often something happened over a range, as small bars. Invariant: what happened at all is seen, however rare.
 */
import type { Level } from "../../domain/level.ts";
import { BARS } from "./pattern-source.ts";

const HIGH = 20;
const STEP = 3;

export function Trend(props: { bars: readonly number[]; level: Level }) {
  const most = Math.max(1, ...props.bars);
  const path = props.bars
    .map((count, at) => {
      const high = count === 0 ? 1 : Math.max(2, Math.round((count / most) * HIGH));
      return `M${at * STEP} ${HIGH}v${-high}h2v${high}z`;
    })
    .join("");
  return (
    <svg
      class={`trend lv-${props.level}`}
      viewBox={`0 0 ${BARS * STEP} ${HIGH}`}
      width={BARS * STEP}
      height={HIGH}
      aria-hidden="true"
    >
      <path d={path} />
    </svg>
  );
}
