/**
 * The hand on the bars: what the pointer, a finger and the keys choose.
 * Invariants: a span is whole bars within the range; Escape lets a drag go, whose end then chooses nothing; a click waits
 * until it is no double click; a finger scrolls the page unless it has rested first.
 */
import { useComputed, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { barAt, type Bars, type View } from "./bars.ts";
import type { Scale } from "./draw-bars.ts";

export interface Span {
  readonly from: number;
  readonly to: number;
}

export interface HistogramProps {
  bars: Bars;
  startMs: number;
  endMs: number;
  zone: string;
  scale: Scale;
  theme: string;
  view: () => View | undefined;
  /** Before it nothing was searched. */
  coveredMs: number | undefined;
  /** The present, in a range that runs to it. */
  openMs: number | undefined;
  onZoom: (startMs: number, endMs: number) => void;
  /** Compared with the rest: its band stays. */
  slice: Span | undefined;
  onCompare: (startMs: number, endMs: number, how?: "push" | "replace") => void;
  onZoomOut: () => void;
}

/** Less is a click, px. */
const DRAG_PX = 4;
const TOUCH_HOLD_MS = 250;
/**
 * A second click within it makes them a double one, and so does a second tap: from press to press, by when the finger
 * came, as on a slow phone it is told later.
 */
const DOUBLE_MS = 250;

interface Press {
  readonly x: number;
  readonly ms: number;
  /** On the clock of events. */
  readonly pressedMs: number;
  readonly isFinger: boolean;
  /** Of two taps. */
  readonly isSecond: boolean;
  /** A drag may begin: a finger has to rest before it. */
  isReady: boolean;
}

/** Whole bars that hold both times. */
export function wholeBars(bars: Bars, range: Span, a: number, b: number): Span {
  const first = bars.buckets[0]?.startMs ?? range.from;
  const step = Math.max(1, bars.stepMs);
  const down = (ms: number): number => first + Math.floor((ms - first) / step) * step;
  const low = down(Math.min(a, b));
  const high = Math.max(low + step, first + Math.ceil((Math.max(a, b) - first) / step) * step);
  return { from: Math.max(range.from, low), to: Math.min(range.to, high) };
}

export type BarHand = ReturnType<typeof useBarHand>;

export function useBarHand(props: HistogramProps & { widthPx: number }) {
  const { bars, startMs, endMs, widthPx } = props;
  const hoverMs = useSignal<number | undefined>(undefined);
  /** Changes with the bars it holds, not with each step of a hand within one. */
  const band = useSignal<(Span & { readonly by: "drag" | "keys" }) | undefined>(undefined);
  /** The drag compares, and does not zoom. */
  const compares = useSignal(false);
  const cursor = useSignal<number | undefined>(undefined);
  /** What is pointed at, by the pointer or the keys. */
  const pointedMs = useComputed(() => hoverMs.value ?? cursor.value);
  const press = useRef<Press>(undefined);
  const holding = useRef<ReturnType<typeof setTimeout>>(undefined);
  /** Of a click that is not a double one yet. */
  const clicking = useRef<ReturnType<typeof setTimeout>>(undefined);
  /** When the finger came whose tap may be the first of two, on the clock of events. */
  const firstTapMs = useRef(-Infinity);
  /** The last press was a finger's. */
  const isTapped = useRef(false);
  useEffect(
    () => () => {
      clearTimeout(holding.current);
      clearTimeout(clicking.current);
    },
    [],
  );

  const range = { from: startMs, to: endMs };
  const whole = (a: number, b: number): Span => wholeBars(bars, range, a, b);
  const msAt = (x: number): number =>
    startMs + (Math.min(widthPx, Math.max(0, x)) / Math.max(1, widthPx)) * (endMs - startMs);
  const release = (): void => {
    clearTimeout(holding.current);
    press.current = undefined;
    band.value = undefined;
  };
  const choose = ({ from, to }: Span, isCompared: boolean): void => {
    if (isCompared) props.onCompare(from, to);
    else props.onZoom(from, to);
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const end = { Home: startMs, End: endMs - 1 }[event.key];
    if (step !== undefined || end !== undefined) {
      const from = cursor.value ?? ((step ?? -1) < 0 ? endMs : startMs - bars.stepMs);
      const to = end ?? Math.min(endMs - 1, Math.max(startMs, from + (step ?? 0) * bars.stepMs));
      cursor.value = to;
      band.value = event.shiftKey
        ? { ...whole(anchored(band.value, from), to + 1), by: "keys" }
        : undefined;
    } else if (event.key === "Enter" && cursor.value !== undefined) {
      const span = band.value ?? whole(cursor.value, cursor.value + 1);
      release();
      choose(span, event.shiftKey);
    } else if (event.key === "Escape" && (band.value ?? cursor.value) !== undefined) {
      event.stopPropagation();
      release();
      cursor.value = undefined;
    } else return;
    event.preventDefault();
  };

  return {
    pointedMs,
    band,
    compares,
    cursor,
    handlers: {
      onKeyDown,
      onBlur: () => {
        cursor.value = undefined;
        if (band.value?.by === "keys") band.value = undefined;
      },
      onPointerDown: (event: PointerEvent) => {
        if (event.button !== 0 || !(event.currentTarget instanceof HTMLElement)) return;
        const isFinger = event.pointerType === "touch";
        const begin: Press = {
          x: event.offsetX,
          ms: msAt(event.offsetX),
          pressedMs: event.timeStamp,
          isFinger,
          isSecond: isFinger && event.timeStamp - firstTapMs.current < DOUBLE_MS,
          isReady: !isFinger,
        };
        press.current = begin;
        firstTapMs.current = -Infinity;
        if (begin.isSecond) clearTimeout(clicking.current);
        compares.value = event.shiftKey;
        if (!begin.isReady)
          holding.current = setTimeout(() => {
            begin.isReady = true;
            band.value = { ...whole(begin.ms, begin.ms + 1), by: "drag" };
          }, TOUCH_HOLD_MS);
        event.currentTarget.setPointerCapture(event.pointerId);
      },
      onPointerMove: (event: PointerEvent) => {
        const from = press.current;
        const hasMoved = from !== undefined && Math.abs(event.offsetX - from.x) > DRAG_PX;
        if (from?.isReady === false && hasMoved) {
          // A finger that moves at once means the page.
          clearTimeout(holding.current);
          press.current = undefined;
        }
        hoverMs.value = msAt(event.offsetX);
        if (from?.isReady === true && hasMoved) {
          const next = whole(from.ms, msAt(event.offsetX));
          const now = band.peek();
          if (now?.from !== next.from || now.to !== next.to) band.value = { ...next, by: "drag" };
        }
      },
      onPointerUp: () => {
        const from = press.current;
        const chosen = band.value?.by === "drag" ? band.value : undefined;
        release();
        if (from === undefined) return;
        clearTimeout(clicking.current);
        isTapped.current = from.isFinger;
        if (chosen !== undefined) choose(chosen, compares.value);
        // Not every browser makes a double click of two taps.
        else if (from.isSecond) props.onZoomOut();
        else {
          if (from.isFinger) firstTapMs.current = from.pressedMs;
          const isBar = barAt(bars, from.ms) !== undefined;
          const span = whole(from.ms, from.ms + 1);
          if (isBar) clicking.current = setTimeout(() => choose(span, false), DOUBLE_MS);
        }
      },
      onPointerCancel: release,
      onPointerLeave: () => (hoverMs.value = undefined),
      onTouchMove: (event: TouchEvent) => {
        // What has rested drags: the page stays where it is.
        if (press.current?.isReady === true && event.cancelable) event.preventDefault();
      },
      onContextMenu: (event: Event) => {
        // A finger that rests asks for none.
        if (press.current?.isReady === true && band.value !== undefined) event.preventDefault();
      },
      onDblClick: () => {
        if (isTapped.current) return;
        clearTimeout(clicking.current);
        props.onZoomOut();
      },
    },
  };
}

/** The end of a span that the cursor does not move. */
function anchored(band: Span | undefined, cursor: number): number {
  if (band === undefined) return cursor;
  return cursor - band.from < band.to - cursor ? band.to - 1 : band.from;
}
