/**
 * Knows the unit that the end of a field's name states: `duration_ms`, `elapsedSeconds`, `size_kb`.
 * Invariant: only a unit set apart by `_`, `.`, `-` or a capital counts; `items` has none.
 */

/** Nanoseconds of one duration, or bytes of one size, that a plain number in the field stands for. */
export type NameUnit =
  | { readonly kind: "duration"; readonly nanos: number }
  | { readonly kind: "size"; readonly bytes: number };

function durations(nanos: number, names: string): [string, NameUnit][] {
  return names.split(" ").map((name) => [name, { kind: "duration", nanos }]);
}

function sizes(bytes: number, names: string): [string, NameUnit][] {
  return names.split(" ").map((name) => [name, { kind: "size", bytes }]);
}

const UNITS: ReadonlyMap<string, NameUnit> = new Map([
  ...durations(1, "ns nano nanos nanosecond nanoseconds"),
  ...durations(1e3, "us micro micros microsecond microseconds"),
  ...durations(1e6, "ms msec msecs milli millis millisecond milliseconds"),
  ...durations(1e9, "s sec secs second seconds"),
  ...durations(60e9, "min mins minute minutes"),
  ...durations(3600e9, "hr hrs hour hours"),
  ...durations(86_400e9, "day days"),
  ...sizes(1, "byte bytes"),
  ...sizes(1e3, "kb kilobyte kilobytes"),
  ...sizes(1e6, "mb megabyte megabytes"),
  ...sizes(1e9, "gb gigabyte gigabytes"),
  ...sizes(1e12, "tb terabyte terabytes"),
  ...sizes(1024, "kib"),
  ...sizes(1024 ** 2, "mib"),
  ...sizes(1024 ** 3, "gib"),
  ...sizes(1024 ** 4, "tib"),
]);

/** @returns the unit at the end of `name`, or null. */
export function unitOfName(name: string): NameUnit | null {
  const [, , afterSign, afterCase] =
    /^(.*[_.-])([a-zA-Z]+)$|^.*[a-z0-9]([A-Z][a-zA-Z]*)$/.exec(name) ?? [];
  const last = afterSign ?? afterCase;
  if (last === undefined) return null;
  const unit = UNITS.get(last.toLowerCase());
  if (unit !== undefined) return unit;
  // `a_durationMs`: after the sign stands a word whose own end is set apart by a capital.
  return afterSign === undefined ? null : unitOfName(afterSign);
}
