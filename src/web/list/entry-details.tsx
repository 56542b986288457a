/**
 * An entry opened in place: all of its message and its fields, below its line.
 */
import type { Signal } from "@preact/signals";
import type { LogEntry } from "../../../generated/client/argus/v1/entry.ts";
import { Icon, type IconName } from "../parts/icon.tsx";
import { fullText } from "../time/wall-clock.ts";
import { exactTime, timeMs } from "../words.ts";
import { type FieldActions, FieldList } from "./field-list.tsx";
import { LongText } from "./long-text.tsx";
import { isStack, StackText } from "./stack-text.tsx";
import { ansiRuns } from "./ansi.ts";
import { ProgramText } from "./program-text.tsx";

export interface EntryAction {
  readonly name: string;
  readonly icon: IconName;
  readonly key: string;
  readonly run: () => void;
}

export function EntryDetails(props: {
  entry: LogEntry;
  zone: string;
  fields: FieldActions;
  open: Signal<string>;
  actions: readonly EntryAction[];
}) {
  const { entry } = props;
  return (
    <div class="details">
      <div class="details-head">
        <time dateTime={exactTime(entry)}>{preciseTime(entry, props.zone)}</time>
        <span class="grow" />
        {props.actions.map(({ name, icon, key, run }) => (
          <button type="button" class="plain" key={name} onClick={run}>
            <Icon name={icon} /> {name} <kbd>{key}</kbd>
          </button>
        ))}
      </div>
      <WholeMessage text={entry.message} />
      <FieldList entry={entry} actions={props.fields} open={props.open} />
    </div>
  );
}

/** To the nanosecond: `2026-11-24 14:09:39.984 218 451 UTC`. */
export function preciseTime(entry: LogEntry, zone: string): string {
  const below = String((entry.time?.nanos ?? 0) % 1_000_000).padStart(6, "0");
  return `${fullText(timeMs(entry), zone)} ${below.slice(0, 3)} ${below.slice(3)} ${zone}`;
}

export function WholeMessage(props: { text: string }) {
  const { text } = props;
  if (text === "") return null;
  const isColoured = text.length < 4096 && ansiRuns(text).length > 1;
  return (
    <div class="whole-message">
      {isStack(text) ? (
        <StackText text={text} />
      ) : isColoured ? (
        <ProgramText text={text} most={4096} />
      ) : (
        <LongText text={text} />
      )}
    </div>
  );
}
