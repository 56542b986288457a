/**
 * Whole seconds until an instant, counted down. Not to be spoken: a live region would say each of them.
 */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";

/** @param props.ms since 1970, by the page's clock. */
export function SecondsTo(props: { ms: number; before: string; none: string }) {
  const nowMs = useSignal(Date.now());
  useEffect(() => {
    nowMs.value = Date.now();
    const timer = setInterval(() => (nowMs.value = Date.now()), 500);
    return () => clearInterval(timer);
  }, [props.ms]);
  const seconds = Math.max(0, Math.ceil((props.ms - nowMs.value) / 1000));
  return <span aria-hidden="true">{seconds > 0 ? `${props.before}${seconds} s` : props.none}</span>;
}
