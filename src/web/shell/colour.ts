/**
 * The colour of an application: one of the palette of series, by its name; without one, one that its name decides. Pure.
 */
import type { Application } from "../../../generated/client/argus/v1/application_service.ts";

/** In the order of the tokens `--series-1` to `--series-8`. */
export const COLOURS = [
  "teal",
  "amber",
  "blue",
  "orange",
  "violet",
  "lime",
  "plum",
  "slate",
] as const;

/** @returns the number of the token. */
export function colourOf({ name, color }: Pick<Application, "name" | "color">): number {
  const chosen = COLOURS.findIndex((one) => one === color);
  if (chosen >= 0) return chosen + 1;
  let sum = 0;
  for (const char of name) sum = (sum * 31 + char.charCodeAt(0)) % 65_521;
  return (sum % COLOURS.length) + 1;
}
