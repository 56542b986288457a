/**
 * What follows the hand over the bars: the bar it points at, a hairline, and what they hold in words.
 * Invariant: a step of the hand draws this alone, and in a bar that is pointed at already, the hairline alone.
 */
import type { BarHand, HistogramProps } from "./bar-hand.ts";
import { type Bar, type Bars, barAt, countsOf, isUnfinished, shownStart, STACK } from "./bars.ts";
import type { Level } from "../../domain/level.ts";
import { type Frame, xOf } from "./draw-bars.ts";
import { numberText } from "../words.ts";
import { lengthText, secondClock, shortClock, spanText } from "./wall-clock.ts";

const MINUTE_MS = 60_000;

interface PointerProps extends HistogramProps {
  readonly hand: BarHand;
  readonly frame: Frame;
}

/** Where it is, behind the bars and over them. */
export function BarPointer({ hand, frame, bars, startMs, endMs }: PointerProps) {
  const atMs = hand.band.value === undefined ? hand.pointedMs.value : undefined;
  if (atMs === undefined) return null;
  const bar = barAt(bars, atMs);
  const from = bar === undefined ? 0 : xOf(frame, Math.max(startMs, bar.startMs));
  const to = bar === undefined ? 0 : xOf(frame, Math.min(endMs, bar.startMs + bars.stepMs));
  return (
    <>
      {bar !== undefined && (
        <span
          class="histogram-pointed"
          style={{ transform: `translateX(${from}px)`, width: `${to - from}px` }}
        />
      )}
      <span
        class="histogram-hair"
        style={{ transform: `translateX(${Math.round(xOf(frame, atMs))}px)` }}
      />
    </>
  );
}

/** For the keys and the pointer that choose: says the bar that the keys are at. */
export function BarSlider({ hand, bars, startMs, endMs, zone, openMs }: PointerProps) {
  const band = hand.band.value;
  const cursorMs = hand.cursor.value;
  const pointed = cursorMs === undefined ? undefined : barAt(bars, cursorMs);
  return (
    <div
      class="histogram-hand"
      role="slider"
      tabIndex={0}
      aria-label="Bar of the chart"
      aria-valuemin={Math.floor(startMs / 1000)}
      aria-valuemax={Math.floor(endMs / 1000)}
      aria-valuenow={Math.floor((cursorMs ?? endMs) / 1000)}
      aria-valuetext={
        band !== undefined
          ? spanText(band.from, band.to, zone, endMs)
          : pointed === undefined
            ? "no bar chosen"
            : titleOf(pointed, bars, { zone, startMs, openMs })
      }
      {...hand.handlers}
    />
  );
}

/** @param levels those that occur in any bar, in whose lines nothing moves from bar to bar. */
export function BarTip(props: PointerProps & { levels: readonly Level[] }) {
  const { hand } = props;
  const band = hand.band.value;
  if (band !== undefined) return <BandTip {...props} band={band} />;
  const atMs = hand.pointedMs.value;
  const bar = atMs === undefined ? undefined : barAt(props.bars, atMs);
  return bar === undefined ? null : <OneTip {...props} bar={bar} />;
}

function OneTip(props: PointerProps & { levels: readonly Level[]; bar: Bar }) {
  const { bar, bars, frame, zone, startMs, openMs } = props;
  const clock = bars.stepMs % MINUTE_MS === 0 ? shortClock : secondClock;
  const span = `${clock(shownStart(bar, startMs), zone)} – ${clock(bar.startMs + bars.stepMs, zone)}`;
  return (
    <div class="histogram-tip" style={tipPlace(xOf(frame, bar.startMs), frame.widthPx)}>
      <strong>{span}</strong>
      {props.levels.map((level) => (
        <span key={level} class={bar.counts[level] > 0 ? `lv-${level}` : "quiet"}>
          {`${level} ${numberText(bar.counts[level])}`}
        </span>
      ))}
      {props.levels.length === 0 && <span class="quiet">no entries</span>}
      {bar.startMs < startMs && <span class="quiet">its end: it began before this time</span>}
      {isUnfinished(bars, bar, openMs) && <span class="quiet">so far: it is not over yet</span>}
    </div>
  );
}

function BandTip(props: PointerProps & { band: NonNullable<BarHand["band"]["value"]> }) {
  const { band, bars, frame, zone } = props;
  return (
    <div
      class="histogram-tip band"
      style={tipPlace(xOf(frame, (band.from + band.to) / 2), frame.widthPx)}
    >
      <strong>
        {secondClock(band.from, zone)} – {secondClock(band.to, zone)}
      </strong>
      {[lengthText(band.to - band.from), numberText(countsOf(bars, band.from, band.to).all)].join(
        " · ",
      )}
      <span class="quiet">
        {band.by === "keys"
          ? "Enter to zoom, with Shift to compare"
          : props.hand.compares.value
            ? "release to compare"
            : "release to zoom"}
      </span>
    </div>
  );
}

/** Where there is no room beside it, it stands at the edge. */
const NARROW_PX = 480;

function tipPlace(x: number, widthPx: number): Record<string, string> {
  if (widthPx < NARROW_PX) return x > widthPx / 2 ? { left: "0" } : { right: "0" };
  // To the left of it the whole of the tip, and what the figure has beside the bars.
  const transform =
    x > widthPx / 2
      ? `translateX(calc(${Math.round(x) - 8}px - 100%))`
      : `translateX(${Math.round(x)}px)`;
  return { left: "0", transform };
}

function titleOf(
  bar: Bar,
  bars: Bars,
  { zone, startMs, openMs }: Pick<PointerProps, "zone" | "startMs" | "openMs">,
): string {
  const counts = STACK.filter((level) => bar.counts[level] > 0).map(
    (level) => `${level} ${numberText(bar.counts[level])}`,
  );
  const span = `${shortClock(shownStart(bar, startMs), zone)} to ${shortClock(bar.startMs + bars.stepMs, zone)}`;
  const soFar = isUnfinished(bars, bar, openMs) ? " so far" : "";
  return `${span}: ${counts.length === 0 ? "no entries" : counts.join(", ")}${soFar}`;
}
