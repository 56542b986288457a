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
/** It is asked so many times a minute while it is quiet. */
const TURNS = 6;
const QUIET_POINTS = 5;
/** Of the points before, so many held something where there usually is something. */
const USUAL_POINTS = 15;
const WIDTH = 56;
const HEIGHT = 20;

/** Entries in each of the last whole minutes, oldest first, and of this one so far; undefined when that is not known. */
export async function minutesOf(
  applicationId: string,
  points: number,
  signal: AbortSignal,
): Promise<{ readonly whole: readonly number[]; readonly soFar: number } | undefined> {
  const endMs = Math.ceil(Date.now() / MINUTE_MS) * MINUTE_MS;
  const answer = await api.with({ signal, retries: 0 }).logs.GetHistogram({
    applicationId,
    query: "",
    startTime: timestamp(endMs - (points + 1) * MINUTE_MS),
    endTime: timestamp(endMs),
    maxBuckets: points + 1,
    timeZone: "",
    budget: undefined,
  });
  if (answer.partial) return undefined;
  const counts = answer.buckets.map(sumOf);
  return { whole: counts.slice(0, -1), soFar: counts.at(-1) ?? 0 };
}

function sumOf({ counts }: GetHistogramResponse["buckets"][number]): number {
  if (counts === undefined) return 0;
  const { trace, debug, info, warn, error, fatal } = counts;
  return Number(trace + debug + info + warn + error + fatal);
}

type Minutes = NonNullable<Awaited<ReturnType<typeof minutesOf>>>;

/** Asked anew every minute while the page is looked at, and sooner while it is quiet. */
function useMinutes(applicationId: string): Signal<Minutes | undefined> {
  const minutes = useSignal<Minutes | undefined>(undefined);
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
    let turn = 0;
    const timer = setInterval(() => {
      const known = minutes.peek();
      const isQuiet = known !== undefined && quietMinutes(known) > 0;
      if (isQuiet || ++turn % TURNS === 0) ask();
    }, MINUTE_MS / TURNS);
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
  if (minutes === undefined || minutes.whole.length === 0) return <span class="pulse" />;
  const { whole } = minutes;
  const quiet = quietMinutes(minutes);
  const highest = Math.max(1, ...whole);
  const step = WIDTH / Math.max(1, whole.length - 1);
  const line = whole
    .map(
      (count, at) =>
        `${(at * step).toFixed(1)},${(HEIGHT - 1 - (count / highest) * (HEIGHT - 3)).toFixed(1)}`,
    )
    .join(" ");
  const words = quiet > 0 ? `quiet for ${quiet} min` : rateText((whole.at(-1) ?? 0) / 60);
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
function quietMinutes({ whole, soFar }: Minutes): number {
  const last = whole.findLastIndex((count) => count > 0);
  const quiet = soFar > 0 ? 0 : whole.length - 1 - last;
  const usual = whole.slice(0, -QUIET_POINTS).filter((count) => count > 0).length;
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
