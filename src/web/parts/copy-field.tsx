/**
 * A text to take along: a link, a secret. Copying is its main action.
 */
import { useSignal } from "@preact/signals";
import { copyText } from "../copy.ts";
import "./copy-field.css";

export function CopyField(props: {
  label: string;
  value: string;
  action: string;
  onCopied?: () => void;
}) {
  const state = useSignal<"" | "done" | "refused">("");
  const copy = async (): Promise<void> => {
    const done = await copyText(props.value);
    state.value = done ? "done" : "refused";
    if (done) props.onCopied?.();
  };
  return (
    <div class="copy-field">
      <input
        class="mono"
        readOnly
        aria-label={props.label}
        value={props.value}
        onFocus={(event) => event.currentTarget.select()}
        onCopy={props.onCopied}
      />
      <button type="button" class="main" onClick={() => void copy()}>
        {state.value === "done"
          ? "Copied"
          : state.value === "refused"
            ? "Select it to copy"
            : props.action}
      </button>
      <span class="unseen" role="status">
        {state.value === "done" ? "Copied" : ""}
      </span>
    </div>
  );
}
