/**
 * The application that is looked at, and the way to another one: search, role, and what each is sent now.
 */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { fitting, Picker, type PickerItem } from "../parts/picker.tsx";
import { Popover } from "../parts/popover.tsx";
import { logsOf } from "../logs-place.ts";
import { applications, user } from "../session.ts";
import { useShortcuts } from "../shortcuts.ts";
import { roleText } from "../words.ts";
import { colourOf } from "./colour.ts";
import { minutesOf, rateText } from "./pulse.tsx";

/** Rates are asked for this many applications at most, some at a time. */
const RATED = 40;
const AT_A_TIME = 4;

export function Switcher(props: { app: string }) {
  const opener = { open: (): void => undefined };
  useShortcuts([{ keys: "g p", name: "Go to an application", run: () => opener.open() }], true);
  const current = applications.value?.find(({ name }) => name === props.app);
  return (
    <Popover
      class="plain switch"
      label={props.app === "" ? "Applications" : `Application: ${props.app}`}
      opener={opener}
      button={
        <>
          {props.app !== "" && <Square name={props.app} color={current?.color ?? ""} />}
          <span class="app-name">{props.app === "" ? "Applications" : props.app}</span>
          <Chevron />
        </>
      }
    >
      {(close) => <Applications close={close} />}
    </Popover>
  );
}

function Applications(props: { close: () => void }) {
  const text = useSignal("");
  const rates = useSignal<ReadonlyMap<string, string>>(new Map());
  useEffect(() => {
    const stop = new AbortController();
    const waiting = (applications.value ?? []).slice(0, RATED);
    const work = async (): Promise<void> => {
      for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) {
        const [count] = (await minutesOf(one.id, 1, stop.signal))?.whole ?? [];
        if (count !== undefined)
          rates.value = new Map([...rates.value, [one.id, rateText(count / 60)]]);
      }
    };
    // An ornament, as the pulse is.
    for (let i = 0; i < AT_A_TIME; i++) work().catch(() => undefined);
    return () => stop.abort();
  }, []);
  const all: PickerItem[] = (applications.value ?? []).map((one) => ({
    id: one.id,
    group: "",
    name: one.name,
    mark: <Square name={one.name} color={one.color} />,
    detail: (
      <>
        {one.title !== one.name && <span class="title">{one.title}</span>}
        <span class="role">{roleText(one.role)}</span>
        <span class="rate">{rates.value.get(one.id) ?? ""}</span>
      </>
    ),
    does: logsOf(one.name),
  }));
  const items = [
    ...fitting(all, text.value),
    ...(user.value?.instanceAdmin === true
      ? [
          {
            id: "new",
            group: "",
            name: "New application…",
            does: { screen: "setup", code: "", app: "" } as const,
          },
        ]
      : []),
  ];
  return (
    <Picker
      label="Find an application"
      placeholder="Find an application"
      text={text}
      items={items}
      none="No application of yours has this in its name"
      onDone={props.close}
    />
  );
}

export function Square(props: { name: string; color: string }) {
  return (
    <svg
      class={`square series-${colourOf(props)}`}
      viewBox="0 0 9 9"
      width="9"
      height="9"
      aria-hidden="true"
    >
      <rect width="9" height="9" rx="2" />
    </svg>
  );
}

export function Chevron() {
  return (
    <svg class="chevron" viewBox="0 0 10 10" width="10" height="10" aria-hidden="true">
      <path d="M2 3.500l3 3 3-3" />
    </svg>
  );
}
