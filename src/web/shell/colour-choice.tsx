/**
 * The colours that an application may have, one of which is chosen. Field of a form: `color`.
 */
import { COLOURS } from "./colour.ts";
import { Square } from "./switcher.tsx";

export function ColourChoice(props: { value: string; onChange: (color: string) => void }) {
  return (
    <fieldset class="ticks colours">
      <legend>Colour</legend>
      {COLOURS.map((one) => (
        <label class="tick" key={one}>
          <input
            type="radio"
            name="color"
            value={one}
            checked={props.value === one}
            onChange={() => props.onChange(one)}
          />
          <Square name="" color={one} /> {one}
        </label>
      ))}
    </fieldset>
  );
}
