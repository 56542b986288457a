/**
 * Says that the server does not answer, since when, and when it is tried again. Over the page: nothing moves.
 */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { away, tryNow } from "../connection.ts";
import { SecondsTo } from "../parts/seconds-to.tsx";

/** Before this it may be over again. */
const PATIENCE_MS = 400;

export function AwayLine() {
  const isShown = useSignal(false);
  const is = away.value;
  const isAway = is !== undefined;
  useEffect(() => {
    isShown.value = false;
    if (!isAway) return;
    const patience = setTimeout(() => (isShown.value = true), PATIENCE_MS);
    return () => clearTimeout(patience);
  }, [isAway]);
  if (is === undefined || !isShown.value) return null;
  const loaded =
    is.answeredMs === undefined
      ? ""
      : ` Showing what was loaded at ${new Date(is.answeredMs).toLocaleTimeString([], { hour12: false })}.`;
  return (
    <div class="away">
      <p role="alert">
        <strong>Not connected.</strong>
        {loaded}
      </p>
      {/* Not part of the alert: it would be spoken with each second. */}
      <p>
        <SecondsTo ms={is.nextTryMs} before="Trying again in " none="Trying again" />
      </p>
      <button type="button" class="plain" onClick={tryNow}>
        Try now
      </button>
    </div>
  );
}
