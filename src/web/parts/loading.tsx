/**
 * What stands in the place of something that is being read, or could not be.
 */
import type { Loaded } from "../use-loaded.ts";

/** Rows in grey, without a shimmer; nothing where there is a value already. */
export function Loading(props: { of: Loaded<unknown>; rows?: number }) {
  const { problem, value, busy, reload } = props.of;
  if (problem !== "")
    return (
      <p class="problem" role="alert">
        {problem}{" "}
        <button type="button" class="again" disabled={busy} onClick={reload}>
          Try again
        </button>
      </p>
    );
  if (value !== undefined) return null;
  return (
    <div class="ghost-rows" aria-busy="true">
      {Array.from({ length: props.rows ?? 3 }, (_, at) => (
        <span key={at} />
      ))}
    </div>
  );
}
