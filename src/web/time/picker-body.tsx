/**
 * What the picker of time opens: the box that reads what people write, presets, the zone, a calendar.
 * Invariants: what was understood is said before it is taken; nothing is taken that was not understood.
 */
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { isZone, type LogsPlace } from "../logs-place.ts";
import { fixed, NOW, PRESETS, rangeOf } from "../time-range.ts";
import { Calendar } from "./calendar.tsx";
import { readRange } from "./read-range.ts";
import type { RangeChange } from "./time-picker.tsx";
import { secondClock, spanText } from "./wall-clock.ts";

export function PickerBody(props: {
  at: LogsPlace;
  zone: string;
  /** When the range was last resolved. */
  ranMs: number;
  onChange: (change: RangeChange) => void;
  onClose: () => void;
}) {
  const { at, zone } = props;
  const text = useSignal("");
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  const nowMs = Date.now();
  const read = text.value.trim() === "" ? undefined : readRange(text.value, { nowMs, zone });
  const isWrong = text.value.trim() !== "" && read === undefined;
  const take = (change: RangeChange): void => {
    props.onClose();
    props.onChange(change);
  };
  return (
    <div class="picker-body">
      <div class="picker-text">
        <input
          ref={field}
          aria-label="Range of time"
          aria-invalid={isWrong}
          aria-describedby="range-read"
          placeholder="15m, yesterday 14:00 to 14:30, since monday"
          spellcheck={false}
          autoComplete="off"
          value={text.value}
          onInput={(event) => (text.value = event.currentTarget.value)}
          onKeyDown={(event) => {
            const preset =
              /^[1-8]$/.test(event.key) && text.value === ""
                ? PRESETS[Number(event.key) - 1]
                : undefined;
            if (preset !== undefined) {
              event.preventDefault();
              take({ from: preset.from, to: preset.to });
            } else if (event.key === "Enter" && read !== undefined) {
              event.preventDefault();
              take(read);
            }
          }}
        />
        <p id="range-read" class={isWrong ? "danger" : "quiet"} role="status">
          {read !== undefined
            ? echo(read, nowMs, zone)
            : isWrong
              ? "Not a range. Try 15m, since monday, or 14:00 to 14:30"
              : echo(at, props.ranMs, zone)}
        </p>
        <div class="presets">
          {PRESETS.map(({ from, to, name }, index) => (
            <button
              type="button"
              key={name}
              class="plain"
              aria-pressed={at.from === from && at.to === to}
              onClick={() => take({ from, to })}
            >
              {name} <kbd>{index + 1}</kbd>
            </button>
          ))}
        </div>
        <ZoneChoice
          chosen={at.zone}
          zone={zone}
          onZone={(next) => props.onChange({ zone: next })}
        />
      </div>
      <Calendar
        zone={zone}
        nowMs={nowMs}
        onDays={(from, to) => take({ from: fixed(from), to: fixed(to) })}
      />
    </div>
  );
}

function echo({ from, to }: { from: string; to: string }, nowMs: number, zone: string): string {
  const { startMs, endMs } = rangeOf(from, to, nowMs, zone);
  const until = to === NOW ? `, to now, as of ${secondClock(nowMs, zone)}` : "";
  return `${spanText(startMs, endMs, zone, nowMs)} ${zone}${until}`;
}

function ZoneChoice(props: { chosen: string; zone: string; onZone: (zone: string) => void }) {
  const other = useSignal(props.zone !== "UTC" && props.chosen.includes("/") ? props.zone : "");
  const isOther = useSignal(other.value !== "");
  const wrong = other.value !== "" && !isZone(other.value);
  return (
    <div class="zones" role="group" aria-label="Time zone">
      <button type="button" aria-pressed={props.zone === "UTC"} onClick={() => props.onZone("utc")}>
        UTC
      </button>
      <button
        type="button"
        aria-pressed={props.chosen === "local" || (props.chosen === "" && props.zone !== "UTC")}
        onClick={() => props.onZone("local")}
      >
        Local
      </button>
      <button
        type="button"
        aria-pressed={isOther.value}
        onClick={() => (isOther.value = !isOther.value)}
      >
        Other…
      </button>
      {isOther.value && (
        <input
          aria-label="Name of the zone"
          aria-invalid={wrong}
          placeholder="Europe/Berlin"
          list="zones"
          value={other.value}
          onInput={(event) => (other.value = event.currentTarget.value)}
          onChange={() => {
            if (other.value.includes("/") && !wrong) props.onZone(other.value);
          }}
        />
      )}
      {wrong && other.value.includes("/") && <p class="danger">There is no zone of this name</p>}
      <datalist id="zones">
        {isOther.value &&
          Intl.supportedValuesOf("timeZone").map((name) => <option key={name} value={name} />)}
      </datalist>
    </div>
  );
}
