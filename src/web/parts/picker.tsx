/**
 * A field over a list: type to narrow, arrows to choose, Enter to take. The focus stays in the field.
 */
import { type Signal, useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { pathOf, type Place } from "../paths.ts";
import { go } from "../route.ts";
import { shownText } from "../words.ts";

export interface PickerItem {
  readonly id: string;
  readonly group: string;
  readonly name: string;
  /** Before the name. */
  readonly mark?: ComponentChildren;
  /** Behind it. */
  readonly detail?: ComponentChildren;
  /** Where it leads, or what it does. */
  readonly does: Place | (() => void);
}

export function Picker(props: {
  label: string;
  placeholder: string;
  text: Signal<string>;
  /** Those that fit the text, best first; of one group side by side. */
  items: readonly PickerItem[];
  /** What is said when none fits. */
  none: string;
  onDone: () => void;
}) {
  const { items, text } = props;
  const id = useId();
  const at = useSignal(0);
  const field = useRef<HTMLInputElement>(null);
  const chosen = Math.min(at.value, items.length - 1);
  useEffect(() => field.current?.focus(), []);
  useEffect(() => {
    document.getElementById(`${id}-${chosen}`)?.scrollIntoView({ block: "nearest" });
  }, [chosen]);

  const take = (item: PickerItem | undefined, inNewTab: boolean): void => {
    if (item === undefined) return;
    const { does } = item;
    if (typeof does !== "function" && inNewTab) {
      window.open(pathOf(does), "_blank", "noopener");
      return;
    }
    props.onDone();
    if (typeof does === "function") does();
    else go(does);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      const last = items.length - 1;
      const wraps = Math.abs(step) === 1;
      const next = chosen + step;
      at.value = wraps
        ? (next + items.length) % Math.max(1, items.length)
        : Math.max(0, Math.min(last, next));
    } else if (event.key === "Enter" && !event.isComposing) {
      event.preventDefault();
      take(items[chosen], event.metaKey || event.ctrlKey);
    }
  };

  return (
    <div class="picker">
      <input
        ref={field}
        type="text"
        role="combobox"
        aria-label={props.label}
        aria-expanded={items.length > 0}
        aria-controls={items.length === 0 ? undefined : `${id}-list`}
        aria-activedescendant={items.length === 0 ? undefined : `${id}-${chosen}`}
        aria-autocomplete="list"
        placeholder={props.placeholder}
        spellcheck={false}
        autoComplete="off"
        value={text.value}
        onInput={(event) => {
          text.value = event.currentTarget.value;
          at.value = 0;
        }}
        onKeyDown={onKeyDown}
      />
      <div
        class="picked"
        hidden={items.length === 0}
        id={`${id}-list`}
        role="listbox"
        aria-label={props.label}
      >
        {groupsOf(items).map(({ name, from, of }) => (
          <div role="group" aria-label={name} key={name}>
            {name !== "" && (
              <p class="group" aria-hidden="true">
                {name}
              </p>
            )}
            {of.map((item, offset) => (
              <div
                key={item.id}
                id={`${id}-${from + offset}`}
                role="option"
                aria-selected={from + offset === chosen}
                class="option"
                onPointerMove={(event) => {
                  // A list that comes up below a resting pointer is not pointed at.
                  if (event.movementX !== 0 || event.movementY !== 0) at.value = from + offset;
                }}
                onClick={(event) => take(item, event.metaKey || event.ctrlKey)}
              >
                {item.mark}
                <bdi class="option-name">{shownText(item.name)}</bdi>
                {item.detail !== undefined && <span class="option-detail">{item.detail}</span>}
              </div>
            ))}
          </div>
        ))}
      </div>
      <p class={items.length === 0 ? "none" : "unseen"} role="status">
        {items.length === 0 ? props.none : ""}
      </p>
    </div>
  );
}

function groupsOf(
  items: readonly PickerItem[],
): readonly { name: string; from: number; of: readonly PickerItem[] }[] {
  const groups: { name: string; from: number; of: PickerItem[] }[] = [];
  items.forEach((item, at) => {
    const last = groups.at(-1);
    if (last?.name === item.group) last.of.push(item);
    else groups.push({ name: item.group, from: at, of: [item] });
  });
  return groups;
}

/** @returns those whose name holds all words of the text, beginnings first, otherwise as they were. */
export function fitting<T extends { readonly name: string }>(
  items: readonly T[],
  text: string,
): readonly T[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return items;
  const names = (item: T): string => item.name.toLowerCase();
  const rank = (item: T): number => (names(item).startsWith(words[0] ?? "") ? 0 : 1);
  return items
    .filter((item) => words.every((word) => names(item).includes(word)))
    .toSorted((a, b) => rank(a) - rank(b));
}
