/**
 * Facets that are read anew while somebody looks at them.
 * Invariant: what is listed stays where it is, however its counts change; what is new stands behind it. Pure.
 */
import type { Facet } from "./facet-source.ts";

export function inPlace(
  shown: readonly Facet[] | undefined,
  next: readonly Facet[],
): readonly Facet[] {
  if (shown === undefined) return next;
  return inOrder(next, shown, ({ field }) => field).map((facet) => {
    const was = shown.find(({ field }) => field === facet.field)?.values ?? [];
    return { ...facet, values: inOrder(facet.values, was, ({ value }) => value) };
  });
}

function inOrder<T>(next: readonly T[], shown: readonly T[], nameOf: (one: T) => string): T[] {
  const places = new Map(shown.map((one, at) => [nameOf(one), at]));
  const placeOf = (one: T): number => places.get(nameOf(one)) ?? shown.length;
  return next.toSorted((a, b) => placeOf(a) - placeOf(b));
}
