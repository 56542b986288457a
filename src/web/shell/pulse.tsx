/**
 * What an application was sent in the last minutes: a line of 24 points, and the rate of now.
 * It turns and says so when an application that usually is sent something has been quiet for five minutes.
 */
import { type Signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { GetHistogramResponse } from "../../../generated/client/argus/v1/log_service.ts";
import { returns } from "../connection.ts";
import { pathOf } from "../paths.ts";
import { api } from "../session.ts";
import { timestamp } from "../time-range.ts";

const MINUTE_MS = 60_000;
const POINTS = 24;
const QUIET_POINTS = 5;
/** Of the points before, so many held something where there usually is something. */
const USUAL_POINTS = 15;
const WIDTH = 56;
const HEIGHT = 20;

/** Entries in each of the last whole minutes, oldest first; undefined when that is not known. */
export async function minutesOf(
  applicationId: string,
  points: number,
  signal: AbortSignal,
): Promise<readonly number[] | undefined> {
  const endMs = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS;
  const answer = await api.with({ signal, retries: 0 }).logs.GetHistogram({
    applicationId,
    query: "",
    startTime: timestamp(endMs - points * MINUTE_MS),
    endTime: timestamp(endMs),
    maxBuckets: points,
    timeZone: "",
    budget: undefined,
  });
  return answer.partial ? undefined : answer.buckets.map(sumOf);
}

function sumOf({ counts }: GetHistogramResponse["buckets"][number]): number {
  if (counts === undefined) return 0;
  const { trace, debug, info, warn, error, fatal } = counts;
  return Number(trace + debug + info + warn + error + fatal);
}

/** Asked anew every minute while the page is looked at. */
function useMinutes(applicationId: string): Signal<readonly number[] | undefined> {
  const minutes = useSignal<readonly number[] | undefined>(undefined);
  useEffect(() => {
    minutes.value = undefined;
    if (applicationId === "") return;
    const stop = new AbortController();
    const ask = (): void => {
      if (document.visibilityState !== "visible") return;
      minutesOf(applicationId, POINTS, stop.signal).then(
        (counts) => {
          minutes.value = counts;
        },
        // An ornament: what is wrong is said by what the page is for.
        () => undefined,
      );
    };
    ask();
    const timer = setInterval(ask, MINUTE_MS);
    document.addEventListener("visibilitychange", ask);
    return () => {
      stop.abort();
      clearInterval(timer);
      document.removeEventListener("visibilitychange", ask);
    };
  }, [applicationId, returns.value]);
  return minutes;
}

export function Pulse(props: { app: string; applicationId: string }) {
  const minutes = useMinutes(props.applicationId).value;
  if (minutes === undefined || minutes.length === 0) return <span class="pulse" />;
  const quiet = quietMinutes(minutes);
  const highest = Math.max(1, ...minutes);
  const step = WIDTH / Math.max(1, minutes.length - 1);
  const line = minutes
    .map(
      (count, at) =>
        `${(at * step).toFixed(1)},${(HEIGHT - 1 - (count / highest) * (HEIGHT - 3)).toFixed(1)}`,
    )
    .join(" ");
  const words = quiet > 0 ? `quiet for ${quiet} min` : rateText((minutes.at(-1) ?? 0) / 60);
  return (
    <a
      class={quiet > 0 ? "pulse quiet-now" : "pulse"}
      href={pathOf({ screen: "settings", app: props.app, page: "retention" })}
      aria-label={`${props.app}: ${words}. Usage`}
      title="Entries received in the last 24 minutes"
    >
      <svg width={WIDTH} height={HEIGHT} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
        <polygon points={`0,${HEIGHT} ${line} ${WIDTH},${HEIGHT}`} />
        <polyline points={line} />
      </svg>
      <span class="rate">{words}</span>
    </a>
  );
}

/** @returns how many minutes it has been quiet for; 0 while it is not, or where that is usual. */
export function quietMinutes(minutes: readonly number[]): number {
  const last = minutes.findLastIndex((count) => count > 0);
  const quiet = minutes.length - 1 - last;
  const usual = minutes.slice(0, -QUIET_POINTS).filter((count) => count > 0).length;
  return quiet >= QUIET_POINTS && usual >= USUAL_POINTS ? quiet : 0;
}

/** `12.4k/s`, `3/min` */
export function rateText(perSecond: number): string {
  if (perSecond === 0) return "0/s";
  if (perSecond < 1) return `${Math.round(perSecond * 60)}/min`;
  const compact = new Intl.NumberFormat("en", {
    notation: "compact",
    maximumSignificantDigits: 3,
  }).format(perSecond);
  return `${compact.toLowerCase()}/s`;
}
