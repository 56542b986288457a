/**
 * A number that changes while it is read.
 * Invariant: it has the room of the longest it was, so that nothing beside it moves.
 */
import { useRef } from "preact/hooks";
import "./figure.css";

/**
 * Of a comma of Inter, em, of a dot too: 0.27, and what the three digits beside it are wider than `ch` says, 0.02 each, as
 * that is the 0 of running text, and they are of one width.
 */
const COMMA_EM = 0.34;

/** @param props.least a text that is expected: its room is kept from the start. */
export function Figure({ text, least = "" }: { text: string; least?: string }) {
  const longest = useRef(least);
  if (text.length > longest.current.length) longest.current = text;
  const digits = longest.current.replaceAll(/\D/g, "").length;
  const marks = longest.current.length - digits;
  return (
    <span class="held-width" style={{ minWidth: `calc(${digits}ch + ${marks * COMMA_EM}em)` }}>
      {text}
    </span>
  );
}
