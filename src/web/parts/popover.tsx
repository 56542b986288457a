/**
 * A button with what it opens below it. Invariants: what is open floats over the page, all of it in the window, and moves
 * nothing; a click elsewhere and Escape close it; the focus goes back to the button. Its content exists only while it is open.
 */
import { useSignal } from "@preact/signals";
import type { ComponentChildren, RefObject } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";

export function Popover(props: {
  label: string;
  class: string;
  title?: string | undefined;
  button: ComponentChildren;
  align?: "start" | "end";
  /** The other way to open it. */
  opener?: { open: () => void };
  children: (close: () => void) => ComponentChildren;
}) {
  const id = useId();
  const isOpen = useSignal(false);
  const button = useRef<HTMLButtonElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  const close = (): void => panel.current?.hidePopover();
  if (props.opener !== undefined) props.opener.open = () => panel.current?.showPopover();
  usePlace(isOpen.value, button, panel, props.align);
  return (
    <>
      <button
        ref={button}
        type="button"
        class={props.class}
        title={props.title}
        aria-label={props.label}
        aria-expanded={isOpen.value}
        aria-controls={id}
        popoverTarget={id}
      >
        {props.button}
      </button>
      <div
        ref={panel}
        id={id}
        class="popover"
        popover="auto"
        onToggle={(event) => {
          isOpen.value = event.newState === "open";
        }}
      >
        {isOpen.value && props.children(close)}
      </div>
    </>
  );
}

/** Apart from what the button shows: an effect keeps all that its function knows, here from closing to opening. */
function usePlace(
  isOpen: boolean,
  button: RefObject<HTMLButtonElement | null>,
  panel: RefObject<HTMLDivElement | null>,
  align: "start" | "end" | undefined,
): void {
  useEffect(() => {
    if (!isOpen) return;
    const place = (): void => {
      const box = button.current?.getBoundingClientRect();
      const shown = panel.current;
      if (box === undefined || shown === null) return;
      const left = align === "end" ? box.right - shown.offsetWidth : box.left;
      const { clientWidth, clientHeight } = document.documentElement;
      const most = clientWidth - shown.offsetWidth - 8;
      // Where there is too little room below the button, over it.
      const lowest = clientHeight - shown.offsetHeight - 8;
      shown.style.top = `${Math.max(8, Math.min(box.bottom + 6, lowest))}px`;
      shown.style.left = `${Math.max(8, Math.min(left, most))}px`;
    };
    place();
    addEventListener("resize", place);
    // What it shows may be loaded when it is opened: its size comes later.
    const grown = new ResizeObserver(place);
    if (panel.current !== null) grown.observe(panel.current);
    return () => {
      removeEventListener("resize", place);
      grown.disconnect();
    };
  }, [isOpen]);
}
