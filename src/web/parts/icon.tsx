/**
 * Signs of 16 px at the usual size of text, drawn by lines. Invariant: a sign stands beside a word, or in a control that has a name.
 */
const PATHS = {
  plus: "M8 3v10M3 8h10",
  minus: "M3 8h10",
  close: "M4 4l8 8M12 4l-8 8",
  columns: "M2.5 3h11v10h-11zM6 3v10M10 3v10",
  copy: "M5.5 5.5h8v8h-8zM3.5 10.5h-1v-8h8v1",
  bars: "M3 4h10M3 8h6M3 12h3",
  context: "M3 3h10M5 6.5h6M5 9.5h6M3 13h10",
  trace: "M2 4h7M5 8h6M8 12h6",
  link: "M7 9a2.5 2.5 0 0 0 3.6 0l2-2A2.5 2.5 0 0 0 9 3.400l-.8.8M9 7a2.500 2.500 0 0 0-3.600 0l-2 2A2.500 2.500 0 0 0 7 12.600l.8-.8",
  up: "M8 13V3M4 7l4-4 4 4",
  down: "M8 3v10M4 9l4 4 4-4",
  save: "M8 2.500v7.500M5 7l3 3 3-3M3 13h10",
  left: "M10 3L5 8l5 5",
  right: "M6 3l5 5-5 5",
  fold: "M4 6l4 4 4-4",
  clock: "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM8 5v3.500l2.500 1.500",
  zoomOut: "M7 2.500a4.500 4.500 0 1 0 0 9 4.500 4.500 0 0 0 0-9zM10.300 10.300L14 14M5 7h4",
  search: "M7 2.500a4.500 4.500 0 1 0 0 9 4.500 4.500 0 0 0 0-9zM10.300 10.300L14 14",
  history: "M3 8a5 5 0 1 0 1.600-3.600L3 6M3 3v3h3M8 5.500V8l2 1.500",
  wrap: "M2 4h12M2 8h9.500a2.500 2.500 0 0 1 0 5H8M10 11l-2 2 2 2M2 12h3",
  play: "M5 3l8 5-8 5z",
  enter: "M13 4v4.500H4M7 5.500l-3 3 3 3",
  list: "M3 4h10M3 8h10M3 12h10",
  grid: "M3 3h4v4H3zM9 3h4v4H9zM3 9h4v4H3zM9 9h4v4H9z",
  filter: "M2 3h12l-4.500 5.500V13L6.500 11.500v-3z",
  warn: "M8 2.500L14 13H2zM8 6.500v3M8 11.300v.2",
  dots: "M3.500 8h.01M8 8h.01M12.500 8h.01",
  check: "M3 8.500l3.500 3.500L13 4.500",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon(props: { name: IconName }) {
  return (
    <svg class="sign" viewBox="0 0 16 16" width="1rem" height="1rem" aria-hidden="true">
      <path d={PATHS[props.name]} />
    </svg>
  );
}
