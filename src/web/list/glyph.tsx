/**
 * A level as a letter in a form of its own: plain, outlined, tinted, solid. Colour only repeats it.
 */
import type { Level } from "../../domain/level.ts";

export function Glyph(props: { level: Level }) {
  return (
    <span class={`glyph lv-${props.level}`} title={props.level} role="img" aria-label={props.level}>
      {props.level[0]?.toUpperCase()}
    </span>
  );
}
