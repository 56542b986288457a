/**
 * Theme, density, time zone and keys of this browser.
 */
import type { Signal } from "@preact/signals";
import { useSignal } from "@preact/signals";
import { density, singleKeys, theme, zone, zoneName } from "../preferences.ts";
import { showKeys } from "../shell/keys-dialog.tsx";

export function Appearance() {
  return (
    <main class="page">
      <h1>Appearance and keys</h1>
      <p class="quiet">Kept in this browser; nothing of it is sent to the server.</p>
      <div class="choices">
        <Choice
          legend="Theme"
          value={theme}
          options={[
            ["system", "As the system"],
            ["dark", "Ink, dark"],
            ["light", "Paper, light"],
          ]}
        />
        <Choice
          legend="Rows of entries"
          value={density}
          options={[
            ["compact", "Compact, 20 px"],
            ["standard", "Standard, 24 px"],
            ["roomy", "Roomy, 30 px"],
          ]}
        />
        <Zone />
        <Choice
          legend="Single keys, such as j and k"
          value={singleKeys}
          options={[
            ["on", "Do something"],
            ["off", "Do nothing"],
          ]}
        />
        <p>
          <button type="button" onClick={() => (showKeys.value = true)}>
            Show the keys
          </button>
        </p>
      </div>
    </main>
  );
}

function Choice<T extends string>(props: {
  legend: string;
  value: Signal<T>;
  options: readonly (readonly [T, string])[];
}) {
  const { value } = props;
  return (
    <fieldset class="segmented">
      <legend>{props.legend}</legend>
      {props.options.map(([one, name]) => (
        <label key={one}>
          <input
            type="radio"
            name={props.legend}
            value={one}
            checked={value.value === one}
            onChange={() => (value.value = one)}
          />
          <span>{name}</span>
        </label>
      ))}
    </fieldset>
  );
}

function Zone() {
  const isOther = zone.value !== "local" && zone.value !== "utc";
  const shown = useSignal(isOther);
  const own = zoneName("local");
  return (
    <div>
      <Choice
        legend="Times"
        value={zone}
        options={[
          ["local", `Local, ${own}`],
          ["utc", "UTC"],
          ...(isOther ? [[zone.value, zone.value] as const] : []),
        ]}
      />
      {shown.value ? (
        <div class="field">
          <label for="zone">Other zone</label>
          <select
            id="zone"
            value={isOther ? zone.value : ""}
            onChange={(event) => {
              if (event.currentTarget.value !== "") zone.value = event.currentTarget.value;
            }}
          >
            <option value="">Choose a zone</option>
            {Intl.supportedValuesOf("timeZone").map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </div>
      ) : (
        <button type="button" onClick={() => (shown.value = true)}>
          Another zone…
        </button>
      )}
    </div>
  );
}
