/**
 * A number that changes while it is read.
 * Invariant: it has the room of the longest it was, so that nothing beside it moves.
 */
import { useRef } from "preact/hooks";

/** @param props.least a text that is expected: its room is kept from the start. */
export function Figure({ text, least = "" }: { text: string; least?: string }) {
  const longest = useRef(least);
  if (text.length > longest.current.length) longest.current = text;
  const digits = longest.current.replaceAll(/\D/g, "").length;
  return (
    <span
      class="figure"
      style={{ minWidth: `calc(${digits}ch + ${longest.current.length - digits} * 0.34em)` }}
    >
      {text}
    </span>
  );
}
