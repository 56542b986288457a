/**
 * Sets of values that entries with lists have, each under a name.
 * Invariant: sets of the same text forms have one name; a value is shown as the number when it was one anywhere.
 */
import type { Scalar } from "../../domain/entry.ts";
import { formOf, preferred } from "./cell.ts";
import { Held, OBJECT_BYTES, textBytes } from "./held.ts";

export class ValueSets {
  /** Values in the order of their forms. */
  readonly #sets = new Map<string, Scalar[]>();
  readonly #held = new Held();

  get heldBytes(): number {
    return this.#held.bytes;
  }

  /** @param values with forms of their own, in any order. */
  nameOf(values: readonly (Scalar | null)[]): string {
    const byForm = new Map(
      values.flatMap((value) => (value === null ? [] : [[formOf(value), value] as const])),
    );
    const forms = [...byForm.keys()].toSorted();
    const name = JSON.stringify(forms);
    this.#put(
      name,
      forms.map((form) => byForm.get(form) ?? form),
    );
    return name;
  }

  /** @returns those under a name; none for any other. */
  valuesOf(name: Scalar | null | undefined): readonly Scalar[] {
    return typeof name === "string" ? (this.#sets.get(name) ?? []) : [];
  }

  absorb(other: ValueSets): void {
    for (const [name, values] of other.#sets) this.#put(name, values);
  }

  #put(name: string, values: readonly Scalar[]): void {
    const known = this.#sets.get(name);
    if (known !== undefined) {
      values.forEach((value, i) => {
        known[i] = preferred(known[i] ?? value, value);
      });
      return;
    }
    this.#sets.set(name, [...values]);
    this.#held.bytes += 2 * OBJECT_BYTES + 2 * textBytes(name);
  }
}
