/**
 * A time: how long ago while that is under a day, else its day; the exact one on hover.
 */
import { zone, zoneName } from "../preferences.ts";
import { agoText, spanText } from "../words.ts";

const DAY_MS = 86_400_000;
/** What the server has just done is not yet to come, though its clock be ahead of the browser's. */
const SKEW_MS = 60_000;

/** @param props.ms since 1970; 0 or undefined for never. */
export function When(props: { ms: number | undefined; never?: string }) {
  const { ms } = props;
  if (ms === undefined || ms === 0) return <>{props.never ?? "never"}</>;
  return (
    <time dateTime={new Date(ms).toISOString()} title={exactText(ms)}>
      {whenText(ms, Date.now())}
    </time>
  );
}

function whenText(ms: number, nowMs: number): string {
  const span = Math.abs(nowMs - ms);
  if (span >= DAY_MS) return dayText(ms);
  return ms - nowMs >= SKEW_MS ? `in ${spanText(span)}` : agoText(ms, nowMs);
}

/** `12 Mar 2027`, without the year while it is this one. */
export function dayText(ms: number): string {
  const timeZone = zoneName(zone.value);
  const year = new Intl.DateTimeFormat("en", { timeZone, year: "numeric" });
  return new Intl.DateTimeFormat(undefined, {
    timeZone,
    day: "numeric",
    month: "short",
    ...(year.format(ms) === year.format(Date.now()) ? {} : { year: "numeric" }),
  }).format(ms);
}

export function exactText(ms: number): string {
  return new Intl.DateTimeFormat(undefined, {
    timeZone: zoneName(zone.value),
    dateStyle: "medium",
    timeStyle: "long",
  }).format(ms);
}
