/**
 * A native dialog over the page. Invariants: it has a name; Escape and its closing button end it, unless it must be
 * answered; the focus goes back to where it was.
 */
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";

export function Dialog(props: {
  title: string;
  /** Absent: it must be answered. */
  onClose?: () => void;
  class?: string;
  children: ComponentChildren;
}) {
  const id = useId();
  const element = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = element.current;
    const before = document.activeElement;
    dialog?.showModal();
    // It is read from its top: where the first thing to press lies below, the dialog itself has the focus.
    if (dialog !== null && dialog.scrollTop > 0) {
      dialog.focus();
      dialog.scrollTop = 0;
    }
    return () => {
      dialog?.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={element}
      class={props.class ?? "dialog"}
      tabIndex={-1}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        props.onClose?.();
      }}
      onClick={(event) => {
        // Its backdrop is the dialog itself.
        if (event.target === event.currentTarget) props.onClose?.();
      }}
    >
      <div class="dialog-body">
        <h2 id={id}>{props.title}</h2>
        {props.children}
      </div>
    </dialog>
  );
}
