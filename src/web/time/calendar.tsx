/**
 * A month of days: one is chosen, or with Shift all from the one that had the focus. Weeks begin on Monday.
 * Invariant: days are those of the zone; arrows move from day to day, also over the edge of a month, and Page Up and Down
 * from month to month.
 */
import { useSignal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { Icon } from "../parts/icon.tsx";
import { instantOf, wallClock } from "./wall-clock.ts";

const NAMES = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const DAY_MS = 86_400_000;
const dayName = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeZone: "UTC" });

export function Calendar(props: {
  zone: string;
  nowMs: number;
  /** Both days included: from the beginning of the first to the end of the last. */
  onDays: (startMs: number, endMs: number) => void;
}) {
  const today = dayOf(props.nowMs, props.zone);
  /** Days count since 1970 in the zone. */
  const focus = useSignal(today);
  /** Where a span of days was begun with Shift. */
  const first = useSignal<number | undefined>(undefined);
  const grid = useRef<HTMLTableElement>(null);
  const moved = useRef(false);
  // Before the next key: it acts on the day that has the focus.
  useLayoutEffect(() => {
    if (moved.current) grid.current?.querySelector<HTMLElement>('[tabindex="0"]')?.focus();
    moved.current = false;
  }, [focus.value]);

  const shown = new Date(focus.value * DAY_MS);
  const [year, month] = [shown.getUTCFullYear(), shown.getUTCMonth()];
  const begin = Date.UTC(year, month, 1) / DAY_MS;
  const start = begin - ((new Date(begin * DAY_MS).getUTCDay() + 6) % 7);
  const choose = (day: number, isUntil: boolean): void => {
    const other = first.value ?? (isUntil ? focus.value : day);
    const [from, to] = [Math.min(other, day), Math.max(other, day)];
    props.onDays(startOf(from, props.zone), startOf(to + 1, props.zone));
  };
  const turn = (months: number): void => {
    focus.value = Math.min(today, Date.UTC(year, month + months, 1) / DAY_MS);
  };
  const isChosen = (day: number): boolean => {
    const begun = first.value;
    if (begun === undefined) return false;
    return day >= Math.min(begun, focus.value) && day <= Math.max(begun, focus.value);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const weekday = (new Date(focus.value * DAY_MS).getUTCDay() + 6) % 7;
    const step = {
      ArrowLeft: -1,
      ArrowRight: 1,
      ArrowUp: -7,
      ArrowDown: 7,
      Home: -weekday,
      End: 6 - weekday,
    }[event.key];
    const months = { PageUp: -1, PageDown: 1 }[event.key];
    if (step === undefined && months === undefined) return;
    event.preventDefault();
    moved.current = true;
    first.value = event.shiftKey ? (first.value ?? focus.value) : undefined;
    const to = months === undefined ? focus.value + (step ?? 0) : sameDay(focus.value, months);
    focus.value = Math.min(today, to);
  };
  return (
    <div class="calendar">
      <div class="calendar-head">
        <strong aria-live="polite">
          {new Intl.DateTimeFormat("en", {
            month: "long",
            year: "numeric",
            timeZone: "UTC",
          }).format(shown)}
        </strong>
        <span class="grow" />
        <button type="button" class="plain" aria-label="Month before" onClick={() => turn(-1)}>
          <Icon name="left" />
        </button>
        <button type="button" class="plain" aria-label="Month after" onClick={() => turn(1)}>
          <Icon name="right" />
        </button>
      </div>
      <table ref={grid} role="grid" aria-label="Days">
        <thead>
          <tr>
            {NAMES.map((name) => (
              <th key={name} scope="col" abbr={name}>
                {name[0]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody onKeyDown={onKeyDown}>
          {[0, 1, 2, 3, 4, 5].map((week) => (
            <tr key={week}>
              {NAMES.map((name, at) => {
                const day = start + week * 7 + at;
                const date = new Date(day * DAY_MS);
                const isOther = date.getUTCMonth() !== month;
                return (
                  <td key={name} aria-selected={isChosen(day)}>
                    <button
                      type="button"
                      class={`day${isOther ? " other" : ""}${day === today ? " today" : ""}`}
                      tabIndex={day === focus.value ? 0 : -1}
                      disabled={day > today}
                      aria-label={dayName.format(date)}
                      onClick={(event) => choose(day, event.shiftKey)}
                    >
                      {date.getUTCDate()}
                    </button>
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The same day of another month, or its last one. */
function sameDay(day: number, months: number): number {
  const date = new Date(day * DAY_MS);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth() + months];
  const last = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  return Date.UTC(year, month, Math.min(date.getUTCDate(), last)) / DAY_MS;
}

function dayOf(ms: number, zone: string): number {
  const { year, month, day } = wallClock(ms, zone);
  return Date.UTC(year, month - 1, day) / DAY_MS;
}

function startOf(day: number, zone: string): number {
  const date = new Date(day * DAY_MS);
  return instantOf(zone, {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: 0,
    minute: 0,
    second: 0,
  });
}
