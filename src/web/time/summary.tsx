/**
 * What was found, in a line: how much, how much of it is bad, and what is unusual of that; and the levels, each of which
 * a click hides or shows. Invariant: levels act on the query, and what is shown of them is read from it.
 */
import { type Level, LEVELS } from "../../domain/level.ts";
import { Glyph } from "../list/glyph.tsx";
import { memo } from "../memo.tsx";
import { withLanguage } from "../query/language-later.ts";
import { wantedOf, wantedValues, withValue } from "../query/terms.ts";
import { countText, shareText } from "../words.ts";
import { type Bars, type Counts, countsOf } from "./bars.ts";
import type { Scale } from "./draw-bars.ts";
import { ScaleChoice } from "./scale-choice.tsx";
import { unusual } from "./unusual.ts";
import { windowText } from "./wall-clock.ts";

interface SummaryProps {
  readonly bars: Bars | undefined;
  readonly before: Counts | undefined;
  readonly windowMs: number;
  readonly query: string;
  /** How high the bars are drawn; undefined: none are shown. */
  readonly scale: Scale | undefined;
  readonly onScale: (scale: Scale) => void;
  readonly onQuery: (query: string) => void;
}

export const Summary = memo((props: SummaryProps) => {
  const { bars, before, query, scale } = props;
  const counts = bars === undefined ? { all: 0, bad: 0 } : countsOf(bars);
  const partial = bars?.partial === true;
  const ratio =
    before === undefined || partial ? undefined : unusual(counts.bad, before.bad, before.all);
  return (
    <div class="summary">
      <p>
        {bars !== undefined && (
          <>
            <strong>{countText(counts.all, "entry", "entries", partial)}</strong>
            {counts.bad > 0 && (
              <>
                {" "}
                <span class="of-which">of which </span>
                <strong class="bad">
                  {countText(counts.bad, "error", "errors", partial)}
                </strong>{" "}
                {shareText(counts.bad / Math.max(1, counts.all))}
              </>
            )}
            {ratio !== undefined && `, ${ratio} the ${windowText(props.windowMs)} before`}
          </>
        )}
      </p>
      {bars !== undefined && scale !== undefined && (
        <ScaleChoice stepMs={bars.stepMs} scale={scale} onScale={props.onScale} />
      )}
      <div class="levels" role="group" aria-label="Levels">
        {LEVELS.toReversed().map((level) => (
          <LevelToggle key={level} level={level} query={query} onQuery={props.onQuery} />
        ))}
      </div>
    </div>
  );
});

function LevelToggle(props: { level: Level; query: string; onQuery: (query: string) => void }) {
  const { level, query } = props;
  const wanted = wantedValues(query, "level");
  const isListed = [...wanted.values()].includes("included");
  const own = wantedOf(wanted, level);
  const isShown = isListed ? own === "included" : own !== "excluded";
  const write = (isOnly: boolean): void => {
    const change = isOnly
      ? "only"
      : isShown
        ? isListed
          ? "drop"
          : "exclude"
        : isListed
          ? "include"
          : "drop";
    withLanguage(() => {
      const next = withValue(query, "level", level, change);
      if (next !== undefined) props.onQuery(next);
    });
  };
  return (
    <button
      type="button"
      class="plain level"
      aria-pressed={isShown}
      aria-label={level}
      title={`${isShown ? "Hide" : "Show"} ${level} (Alt: only it)`}
      onClick={(event) => write(event.altKey)}
      onKeyDown={(event) => {
        if (event.key !== " " || !event.altKey) return;
        event.preventDefault();
        write(true);
      }}
    >
      <Glyph level={level} />
    </button>
  );
}
