/**
 * What is shown once, to be copied or handed over: a link for somebody, the secret of a key.
 * Invariant: it says that it is not shown again, and stays until its person puts it away.
 */
import { CopyField } from "./copy-field.tsx";

export function ShownOnce(props: {
  /** Of the section. */
  name: string;
  head: string;
  does: string;
  label: string;
  value: string;
  action: string;
  done: string;
  onCopied?: () => void;
  onDone: () => void;
}) {
  return (
    <section class="ready" aria-label={props.name}>
      <div class="ready-words">
        <p>
          <strong>{props.head}</strong>
        </p>
        <p class="quiet">{props.does}</p>
      </div>
      <CopyField
        label={props.label}
        value={props.value}
        action={props.action}
        {...(props.onCopied !== undefined && { onCopied: props.onCopied })}
      />
      <button type="button" class="plain" onClick={props.onDone}>
        {props.done}
      </button>
    </section>
  );
}
