/**
 * Finds the service that most entries have, in bounded room, whatever the order they come in and are put together.
 * Invariant: exact for MAX_SERVICES services. Of more, a service has at least the entries counted for it and at most
 * `#missing` more, so what `most` says is right, and it says nothing where that leaves two.
 */
import { compareCodePoints } from "../../domain/text-order.ts";
import { OBJECT_BYTES, textBytes } from "./held.ts";

/** With so many, one that leads by a sixty-fourth of the entries is found however many there are. */
export const MAX_SERVICES = 64;

export class ServiceCounts {
  readonly #counts = new Map<string, number>();
  #missing = 0;
  #heldBytes = 0;

  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** @param service "" for none. */
  add(service: string, count: number): void {
    this.#add(service, count);
    if (this.#counts.size > MAX_SERVICES) this.#makeRoom();
  }

  absorb(other: ServiceCounts): void {
    for (const [service, count] of other.#counts) this.#add(service, count);
    this.#missing += other.#missing;
    if (this.#counts.size > MAX_SERVICES) this.#makeRoom();
  }

  copy(): ServiceCounts {
    const copy = new ServiceCounts();
    copy.absorb(this);
    return copy;
  }

  /** @returns of equals the first by name; undefined when there are too many to say. */
  most(): string | undefined {
    const [best, next] = this.#byCount();
    if (best === undefined) return this.#missing === 0 ? "" : undefined;
    const isCertain = this.#missing === 0 || best[1] > (next?.[1] ?? 0) + this.#missing;
    return isCertain ? best[0] : undefined;
  }

  #add(service: string, count: number): void {
    const known = this.#counts.get(service);
    if (known === undefined) this.#heldBytes += OBJECT_BYTES + textBytes(service);
    this.#counts.set(service, (known ?? 0) + count);
  }

  /** Takes from each as much as the first one too many has: so much of each is missing then, and nobody is preferred. */
  #makeRoom(): void {
    const less = this.#byCount()[MAX_SERVICES]?.[1] ?? 0;
    this.#missing += less;
    for (const [service, count] of this.#counts)
      if (count > less) this.#counts.set(service, count - less);
      else {
        this.#counts.delete(service);
        this.#heldBytes -= OBJECT_BYTES + textBytes(service);
      }
  }

  #byCount(): [string, number][] {
    return [...this.#counts].toSorted(([a, m], [b, n]) => n - m || compareCodePoints(a, b));
  }
}
