/**
 * The range of time, and beside it steps back, on and out.
 * Invariant: a step fixes the range, so that it names the same entries for ever.
 */
import { lazyPart } from "../lazy.tsx";
import { Icon } from "../parts/icon.tsx";
import { Popover } from "../parts/popover.tsx";
import type { LogsPlace } from "../logs-place.ts";
import { fixed, NOW, rangeName, rangeOf } from "../time-range.ts";
import { secondClock, lengthText, spanText } from "./wall-clock.ts";

/** Loaded when it is first opened: a first look needs none of it. */
const PickerBody = lazyPart(
  () => import("./picker-body.tsx").then((one) => one.PickerBody),
  () => <div class="picker-body" aria-busy="true" />,
);

const UNITS = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
] as const;

export type RangeChange = Partial<Pick<LogsPlace, "from" | "to" | "zone">>;

/** The window moved by itself, or doubled around its middle. */
export function shifted(at: LogsPlace, zone: string, step: -1 | 1): RangeChange {
  const { startMs, endMs } = rangeOf(at.from, at.to, Date.now(), zone);
  const by = (endMs - startMs) * step;
  return { from: fixed(startMs + by), to: fixed(endMs + by) };
}

/** What ends at the present still does: behind it there is nothing. */
export function doubled(at: LogsPlace, zone: string): RangeChange {
  const { startMs, endMs, open } = rangeOf(at.from, at.to, Date.now(), zone);
  const long = 2 * (endMs - startMs);
  if (open)
    return { from: /^-\d+[smhdw]$/.test(at.from) ? ageOf(long) : fixed(endMs - long), to: NOW };
  const half = (endMs - startMs) / 2;
  return { from: fixed(Math.floor(startMs - half)), to: fixed(Math.ceil(endMs + half)) };
}

/** `-2h`, in the largest unit that it is whole in. */
function ageOf(ms: number): string {
  const [name, size] = UNITS.find(([, size]) => ms % size === 0) ?? ["s", 1000];
  return `-${Math.ceil(ms / size)}${name}`;
}

export function TimePicker(props: {
  at: LogsPlace;
  zone: string;
  /** When the range was last resolved. */
  ranMs: number;
  opener: { open: () => void };
  onChange: (change: RangeChange) => void;
}) {
  const { at, zone, ranMs } = props;
  const { startMs, endMs, open } = rangeOf(at.from, at.to, ranMs, zone);
  const name = rangeName(at.from, at.to, ranMs, zone);
  // Seconds of a long range say nothing.
  const step = endMs - startMs >= 600_000 ? 60_000 : 1000;
  const [from, to] = [startMs, endMs].map((ms) => Math.floor(ms / step) * step);
  const span = spanText(from ?? startMs, to ?? endMs, zone, ranMs);
  return (
    <div class="time-picker" role="group" aria-label="Time">
      <button
        type="button"
        aria-label="Earlier by one window"
        title={`Earlier by ${lengthText(endMs - startMs)} ([)`}
        onClick={() => props.onChange(shifted(at, zone, -1))}
      >
        <Icon name="left" />
      </button>
      <Popover
        label={`${name === span ? name : `${name} ${span}`}, time range`}
        class="time-button"
        title={open ? `as of ${secondClock(ranMs, zone)}` : undefined}
        button={
          <>
            <Icon name="clock" /> <span class="cut">{name}</span>{" "}
            {name !== span && <span class="quiet span">{span}</span>} <Icon name="fold" />
          </>
        }
        align="end"
        opener={props.opener}
      >
        {(close) => <PickerBody {...props} onClose={close} />}
      </Popover>
      <button
        type="button"
        aria-label="Later by one window"
        title={`Later by ${lengthText(endMs - startMs)} (])`}
        disabled={open}
        onClick={() => props.onChange(shifted(at, zone, 1))}
      >
        <Icon name="right" />
      </button>
      <button
        type="button"
        aria-label="Zoom out"
        title="Twice the time, around its middle (z)"
        onClick={() => props.onChange(doubled(at, zone))}
      >
        <Icon name="zoomOut" />
      </button>
    </div>
  );
}
