/**
 * The place of the bars while they are not there. Invariant: as high as they are, so that nothing below moves when they
 * come, or fail.
 */
import { problemOf } from "../words.ts";
import { AXIS_HEIGHT } from "./draw-bars.ts";

export function NoBars(props: { problem: unknown }) {
  const { problem } = props;
  return (
    <figure class="histogram" aria-busy={problem === undefined}>
      <div class="no-bars" style={{ marginBottom: AXIS_HEIGHT }}>
        {problem !== undefined && (
          <p class="problem" role="alert">
            The chart could not be read: {problemOf(problem)}
          </p>
        )}
      </div>
    </figure>
  );
}
