/**
 * What the field offers while it is typed in.
 * Invariants: names that are known answer at once, behind the letter that asks for them; values are asked for when a hand
 * has rested, and the next key ends that; nothing is offered over an empty field, but what was run before when it is asked for.
 */
import {
  type ReadonlySignal,
  type Signal,
  useComputed,
  useSignal,
  useSignalEffect,
} from "@preact/signals";
import { useEffect } from "preact/hooks";
import {
  asksFor,
  completionAt,
  type FieldName,
  type Known,
  type Suggestion,
  suggestionsFor,
  type ValueCount,
} from "./suggest.ts";

const REST_MS = 80;
const TOP_VALUES = 5;
const MOST_RECENT = 8;

export interface NameSource {
  /** Names of fields of the range, the most common first. */
  readonly fields: (signal: AbortSignal) => Promise<readonly FieldName[]>;
  /** Values of a field under the rest of the query. */
  readonly values: (
    field: string,
    prefix: string,
    signal: AbortSignal,
  ) => Promise<readonly ValueCount[]>;
}

export interface Suggestions {
  readonly items: ReadonlySignal<readonly Suggestion[]>;
  /** What the list is of: "Fields starting with “sta”". */
  readonly title: ReadonlySignal<string>;
  /** Of the field that is highlighted. */
  readonly topValues: Signal<readonly ValueCount[]>;
  /** Whether they are of what is in the field, and not of what was there a frame before. */
  readonly isNew: () => boolean;
  /** Makes them so now: a key acts on what is offered for all that was typed. */
  readonly catchUp: () => void;
}

export function useSuggestions(props: {
  text: Signal<string>;
  cursor: Signal<number>;
  isOpen: Signal<boolean>;
  chosen: Signal<number>;
  showsRecent: Signal<boolean>;
  recent: () => readonly string[];
  source: NameSource;
  /** Names are of a range: another one asks anew. */
  of: string;
}): Suggestions {
  const { text, cursor, isOpen, chosen, showsRecent, source } = props;
  const fields = useSignal<readonly FieldName[]>([]);
  const values = useSignal<{ readonly field: string; readonly all: readonly ValueCount[] }>({
    field: "",
    all: [],
  });
  const topValues = useSignal<readonly ValueCount[]>([]);
  const readFor = useSignal("");

  /** What is offered for: the letter is painted first, and one that another follows at once is passed over. */
  const asked = useSignal({ text: text.peek(), cursor: cursor.peek() });
  const catchUp = (): void => {
    if (!isNew()) asked.value = { text: text.peek(), cursor: cursor.peek() };
  };
  const isNew = (): boolean =>
    asked.peek().text === text.peek() && asked.peek().cursor === cursor.peek();
  useSignalEffect(() => {
    void text.value;
    void cursor.value;
    return afterPaint(catchUp);
  });

  const completion = useComputed(() => completionAt(asked.value.text, asked.value.cursor));
  const items = useComputed((): readonly Suggestion[] => {
    if (!isOpen.value) return [];
    if (showsRecent.value)
      return props
        .recent()
        .slice(0, MOST_RECENT)
        .map((query) => ({
          name: query,
          kind: "recent",
          type: "",
          detail: "",
          count: "",
          text: query,
          cursor: query.length,
        }));
    const { field = "" } = completion.value;
    const known: Known = {
      fields: fields.value,
      values: values.value.field === field ? values.value.all : [],
    };
    return suggestionsFor(asked.value.text, asked.value.cursor, completion.value, known);
  });
  const title = useComputed(() => {
    if (showsRecent.value) return "Run before";
    const { kind, field = "", prefix } = completion.value;
    const starting = prefix === "" ? "" : ` with “${prefix}”`;
    if (kind === "value") return `Values of ${field}${starting}`;
    return `${{ term: "Fields", field: "Fields", pipe: "Pipes", function: "Functions" }[kind as string] ?? "May follow"}${starting}`;
  });

  useEffect(() => {
    if (!isOpen.value || readFor.value === props.of) return;
    const stop = new AbortController();
    source.fields(stop.signal).then(
      (read) => {
        fields.value = read;
        readFor.value = props.of;
      },
      // Without names there is less to offer, and nothing to say.
      () => undefined,
    );
    return () => stop.abort();
  }, [isOpen.value, props.of]);

  const { kind, field = "", prefix } = completion.value;
  useEffect(() => {
    if (!isOpen.value || asksFor(completion.value) !== "values") return;
    const stop = new AbortController();
    const timer = setTimeout(() => {
      source.values(field, prefix, stop.signal).then(
        (all) => (values.value = { field, all }),
        () => undefined,
      );
    }, REST_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [isOpen.value, kind, field, prefix, props.of]);

  const highlighted = items.value[chosen.value]?.field ?? "";
  useEffect(() => {
    topValues.value = [];
    if (highlighted === "" || !isOpen.value) return;
    const stop = new AbortController();
    const timer = setTimeout(() => {
      source.values(highlighted, "", stop.signal).then(
        (all) => (topValues.value = all.slice(0, TOP_VALUES)),
        () => undefined,
      );
    }, REST_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [highlighted, isOpen.value]);

  return { items, title, topValues, isNew, catchUp };
}

/** Runs once what was changed is on screen. @returns ends that. */
function afterPaint(run: () => void): () => void {
  let timer: ReturnType<typeof setTimeout>;
  const frame = requestAnimationFrame(() => {
    timer = setTimeout(run);
  });
  return () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
  };
}
