/**
 * Holds what was acknowledged against what is there.
 * The rule: every acknowledged entry is there once; a batch that was never acknowledged is there whole or not at all;
 * nothing is there that was not sent; and the count that a query gives is that of the entries.
 */
import { call } from "../support/api-setup.ts";
import { until } from "../support/until.ts";
import { DAY_MS } from "../../src/domain/time-range.ts";

/** What a sender sent; its entries carry the attributes `batch` and `n`, which counts from 0. */
export interface SentBatch {
  readonly batch: string;
  readonly size: number;
  readonly acknowledged: boolean;
}

interface Page {
  readonly entries: readonly {
    readonly attributes: { readonly batch: string; readonly n: number };
  }[];
  readonly next_cursor: string;
  readonly partial: boolean;
  readonly partial_reason: string;
  readonly table?: { readonly rows: readonly (readonly number[])[] };
}

const PAGE = 10_000;
const COUNT_LIMIT_MS = 120_000;

/** @returns what breaks the rule, in words; empty when nothing does. */
export async function findFaults(
  url: string,
  secret: string,
  sent: readonly SentBatch[],
): Promise<string[]> {
  // Wide enough for clocks of clients and servers that are not alike.
  const range = {
    start_time: new Date(Date.now() - DAY_MS).toISOString(),
    end_time: new Date(Date.now() + DAY_MS).toISOString(),
  };
  const ask = (query: object): Promise<Page> =>
    call<Page>(url, "LogService/Query", { ...range, limit: PAGE, ...query }, secret);

  const found = new Map<string, Map<number, number>>();
  let count = 0;
  let cursor = "";
  do {
    // One that is partial says how far it came, and the next goes on from there.
    const page = await ask({ query: "", cursor });
    if (page.partial && (page.next_cursor === "" || page.next_cursor === cursor))
      return [`the answer is partial: ${page.partial_reason}`];
    for (const { attributes } of page.entries) {
      count++;
      const numbers = found.get(attributes.batch) ?? new Map<number, number>();
      numbers.set(attributes.n, (numbers.get(attributes.n) ?? 0) + 1);
      found.set(attributes.batch, numbers);
    }
    cursor = page.next_cursor;
  } while (cursor !== "");

  const faults: string[] = [];
  const counted = await until(
    "a busy machine counts within the time of a query",
    async () => {
      const { partial, table } = await ask({ query: "* | stats count()" });
      return partial ? undefined : { count: table?.rows[0]?.[0] };
    },
    COUNT_LIMIT_MS,
  );
  if (counted.count !== count)
    faults.push(`stats count() says ${counted.count}, ${count} entries are there`);
  const known = new Set(sent.map((one) => one.batch));
  for (const batch of found.keys()) if (!known.has(batch)) faults.push(`${batch}: was never sent`);
  for (const one of sent) {
    const numbers = found.get(one.batch);
    const there = numbers?.size ?? 0;
    if (one.acknowledged && there !== one.size)
      faults.push(`${one.batch}: acknowledged with ${one.size} entries, ${there} are there`);
    if (!one.acknowledged && there !== 0 && there !== one.size)
      faults.push(`${one.batch}: not acknowledged, and ${there} of ${one.size} entries are there`);
    for (const [n, times] of numbers ?? [])
      if (times > 1) faults.push(`${one.batch}: entry ${n} is there ${times} times`);
  }
  return faults;
}
