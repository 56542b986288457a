/**
 * Keys of the rows that exist, by which their elements are kept.
 * Invariant: a row that stays keeps its own while somebody is at the rows; where nobody is, and most of them are others than
 * before, each takes the element that stands in its place: to make rows anew is most of a drawing. Pure state.
 */
export class RowKeys {
  #keys: ReadonlyMap<string, number> = new Map();
  #next = 0;

  /**
   * @param ids of the rows that are to exist, in their order
   * @param isFree nobody has the focus, selects or has opened something in them
   */
  of(ids: readonly string[], isFree: () => boolean): ReadonlyMap<string, number> {
    const before = this.#keys;
    const stay = ids.reduce((count, id) => (before.has(id) ? count + 1 : count), 0);
    const isOther = stay < ids.length / 2 && before.size > 0 && isFree();
    const places = isOther ? [...before.values()] : [];
    this.#keys = new Map(
      ids.map((id, at) => [id, (isOther ? places[at] : before.get(id)) ?? this.#next++]),
    );
    return this.#keys;
  }
}
