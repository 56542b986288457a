/**
 * Jump to, by ⌘K: pages, applications, fields to filter by, actions, and what was pasted: an entry's link or id, a
 * trace id, a time.
 */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Dialog } from "../parts/dialog.tsx";
import { fitting, Picker, type PickerItem } from "../parts/picker.tsx";
import { logsOf } from "../logs-place.ts";
import { appOf, placeOf } from "../paths.ts";
import { density, shownTheme, theme, zone } from "../preferences.ts";
import { place } from "../route.ts";
import { api, applications, user } from "../session.ts";
import { openExport } from "../export/open-export.ts";
import { keyNames } from "../shortcuts.ts";
import { jumpOf } from "./jump.ts";
import { type CalledItem, leave, pagesOf } from "./pages.ts";
import { showKeys } from "./keys-dialog.tsx";
import { showPalette } from "./show-palette.ts";
import { Square } from "./switcher.tsx";
import { printedName, withFilter } from "../query/terms.ts";

/** As long as a word of a field's name is being typed. */
const REST_MS = 80;
const MOST_FIELDS = 8;

export function Palette() {
  const text = useSignal("");
  const app = appOf(place.value);
  const fields = useFields(app, text.value);
  const pasted = jumpOf(text.value, app, { origin: location.origin, placeOf });
  const pages = pagesOf(app, user.value?.instanceAdmin === true);
  const acts = actions();
  const items: PickerItem[] = [
    ...(pasted === undefined
      ? []
      : [{ id: "pasted", group: "Pasted", name: pasted.name, does: pasted.to }]),
    ...fitting(pages, text.value),
    ...fitting(
      (applications.value ?? []).map((one) => ({
        id: one.id,
        group: "Applications",
        name: one.name,
        mark: <Square name={one.name} color={one.color} />,
        does: logsOf(one.name),
      })),
      text.value,
    ).slice(0, MOST_FIELDS),
    ...fields.map(({ name, type }) => ({
      id: `field ${name}`,
      group: "Filter by",
      name,
      detail: type,
      does: filterBy(app, name),
    })),
    ...fitting(acts, text.value),
    ...related([...acts, ...pages], text.value),
  ];
  const close = (): void => {
    showPalette.value = false;
  };
  return (
    <Dialog title="Jump to" class="dialog palette" onClose={close}>
      <Picker
        label="Jump to"
        placeholder="Page, application, field, action or id"
        text={text}
        items={items}
        none="Nothing has this name. An entry’s id, a trace id or a time leads there, too."
        onDone={close}
      />
      <p class="palette-foot" aria-hidden="true">
        <kbd>↑</kbd> <kbd>↓</kbd> choose <kbd>↵</kbd> go <kbd>{keyNames("Mod")[0]}</kbd>{" "}
        <kbd>↵</kbd> in a new tab <kbd>Esc</kbd> close
      </p>
    </Dialog>
  );
}

/** What is called by these words and does not have them in its name: last, so that no name is in its way. */
function related(items: readonly CalledItem[], text: string): readonly PickerItem[] {
  const said = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (said.length === 0) return [];
  const named = new Set(fitting(items, text));
  return items
    .filter((item) => {
      const all = ` ${item.name.toLowerCase()} ${item.words}`;
      return !named.has(item) && said.every((word) => all.includes(` ${word}`));
    })
    .map((item) => ({ ...item, group: "Related", detail: item.group }));
}

/** The logs as they are, or of the application, with the field asked for. */
function filterBy(app: string, field: string) {
  const at = place.value;
  const from = at.screen === "logs" && at.app === app ? at : logsOf(app);
  const query = withFilter(from.query, `${printedName(field)}:*`) ?? from.query;
  return { ...from, query, row: "" };
}

function useFields(app: string, text: string): readonly { name: string; type: string }[] {
  const found = useSignal<readonly { name: string; type: string }[]>([]);
  const applicationId = applications.value?.find(({ name }) => name === app)?.id ?? "";
  useEffect(() => {
    const prefix = text.trim();
    if (applicationId === "" || !/^[\w.@/-]{1,80}$/.test(prefix)) {
      found.value = [];
      return;
    }
    const stop = new AbortController();
    const timer = setTimeout(() => {
      const request = {
        applicationId,
        prefix,
        startTime: undefined,
        endTime: undefined,
        pageSize: MOST_FIELDS,
        pageToken: "",
      };
      api
        .with({ signal: stop.signal, retries: 0 })
        .logs.ListFields(request)
        .then(
          (answer) => {
            found.value = answer.fields;
          },
          // The rest of the list stands without them.
          () => undefined,
        );
    }, REST_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [applicationId, text]);
  return found.value;
}

function actions(): readonly CalledItem[] {
  const group = "Actions";
  const other = shownTheme() === "dark" ? "light" : "dark";
  const set = (id: string, name: string, words: string, does: () => void): CalledItem => ({
    id,
    group,
    name,
    words,
    does,
  });
  const exports = openExport.value;
  return [
    ...(exports === undefined
      ? []
      : [set("export", "Export what was found", "download save file csv ndjson json", exports)]),
    set(
      "theme",
      `Theme: ${other === "light" ? "paper" : "ink"}`,
      `${other} mode appearance switch`,
      () => (theme.value = other),
    ),
    ...(theme.value === "system"
      ? []
      : [
          set(
            "system",
            "Theme: as the system",
            "auto dark light mode appearance",
            () => (theme.value = "system"),
          ),
        ]),
    ...(["compact", "standard", "roomy"] as const)
      .filter((one) => one !== density.value)
      .map((one) =>
        set(one, `Rows: ${one}`, "density height spacing", () => (density.value = one)),
      ),
    zone.value === "utc"
      ? set("zone", "Times: local", "time zone timezone", () => (zone.value = "local"))
      : set("zone", "Times: UTC", "time zone timezone", () => (zone.value = "utc")),
    set("keys", "Show the keys", "keyboard shortcuts help", () => (showKeys.value = true)),
    set("link", "Copy the link to this page", "share url address", () => {
      void navigator.clipboard?.writeText(location.href);
    }),
    set("out", "Sign out", "log out logout leave", leave),
  ];
}
