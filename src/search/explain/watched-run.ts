/**
 * Counts what each part of a query does to blocks and rows.
 * Invariant: a block that is skipped counts for the first part of the filter that lets none of its rows pass; rows go
 * through the parts in the order in which they are tested.
 */
import type { Entry } from "../../domain/entry.ts";
import type { EntryStep } from "../../engine/pipe/pipeline.ts";
import { entrySteps } from "../../engine/pipe/pipeline.ts";
import type { PipeEnv } from "../../engine/pipe/rows.ts";
import type { BlockScan } from "../../engine/filter/block-scan.ts";
import { compileBlockFilter, partsInOrder } from "../../engine/filter/block-filter.ts";
import type { Filter, Pipe } from "../../query/ast.ts";
import { printQuery } from "../../query/print.ts";
import type { WalkOptions } from "../block-walk.ts";
import { pruneOf } from "../prune.ts";
import type { RunWatch } from "./run-watch.ts";
import type { RunDeps } from "../run-deps.ts";
import { type StageCost, type StageCosts, newCost } from "./stage-costs.ts";
import { type ColumnCost, watchedOpener, watchedStore } from "./watched-store.ts";

/** What one part of the filter did. */
export interface FilterCost {
  readonly query: string;
  blocksPruned: number;
  readonly cost: StageCost;
}

export class WatchedRun implements RunWatch {
  readonly #costs: StageCosts;
  /** By name. */
  readonly columns = new Map<string, ColumnCost>();
  readonly filters: FilterCost[] = [];
  readonly #pipes = new Map<Pipe, StageCost>();
  /** Blocks and segments that lie outside of the range. */
  outside = 0;
  /** Blocks that summaries counted, and hours that totals did. */
  readonly counted = { blocks: 0, hours: 0 };

  constructor(costs: StageCosts) {
    this.#costs = costs;
  }

  get pipes(): readonly StageCost[] {
    return [...this.#pipes.values()];
  }

  deps(deps: RunDeps): RunDeps {
    return {
      ...deps,
      store: watchedStore(deps.store, this.#costs),
      opener: watchedOpener(deps.opener, this.#costs, this.columns),
    };
  }

  walk(options: WalkOptions, filter: Filter): WalkOptions {
    const parts = filter.kind === "all" ? [] : partsInOrder(filter);
    const own = parts.map((part) => {
      const query = printQuery({ filter: part, pipes: [], columns: null });
      const watched = { query, blocksPruned: 0, cost: newCost(query) };
      this.filters.push(watched);
      return { watched, prune: pruneOf(part), test: compileBlockFilter(part) };
    });
    const [prune, test, count] = [
      this.#costs.of("prune"),
      this.#costs.of("filter"),
      this.#costs.of("count"),
    ];
    const { takeUnread, takeSegments } = options;
    // A block may be filtered in parts, and a part be given up and begun anew.
    const begun = new WeakSet<BlockScan>();
    return {
      ...options,
      outside: () => {
        this.outside++;
      },
      prune: (source) =>
        this.#costs.time(prune, () => {
          prune.blocks++;
          prune.rowsIn += source.rows;
          const pruned = own.find((part) => part.prune(source));
          if (pruned !== undefined) pruned.watched.blocksPruned++;
          const isPruned = pruned !== undefined || options.prune(source);
          if (!isPruned) prune.rowsOut += source.rows;
          return isPruned;
        }),
      filter: (scan, within) =>
        this.#costs.time(test, () => {
          const blocks = begun.has(scan) ? 0 : 1;
          begun.add(scan);
          test.blocks += blocks;
          let left = within.clone();
          for (const part of own) {
            if (left.isEmpty()) break;
            const { cost } = part.watched;
            cost.blocks += blocks;
            const before = left;
            left = this.#costs.time(cost, () => part.test(scan, before));
            cost.rowsIn += before.count();
            cost.rowsOut += left.count();
          }
          test.rowsIn += within.count();
          test.rowsOut += left.count();
          return left;
        }),
      ...(takeUnread === undefined
        ? {}
        : {
            takeUnread: (source) => {
              const taken = this.#costs.time(count, () => takeUnread(source));
              if (taken) this.counted.blocks++;
              return taken;
            },
          }),
      ...(takeSegments === undefined
        ? {}
        : {
            takeSegments: (unit) => {
              const taken = this.#costs.time(count, () => takeSegments(unit));
              if (taken) this.counted.hours++;
              return taken;
            },
          }),
    };
  }

  steps(pipes: readonly Pipe[], env: PipeEnv): EntryStep {
    const steps = pipes.map((pipe) => ({
      cost: this.#ofPipe(pipe),
      step: entrySteps([pipe], env),
    }));
    return {
      take: (entry) => {
        let left: Entry | undefined = entry;
        for (const { cost, step } of steps) {
          if (left === undefined) break;
          const given: Entry = left;
          cost.rowsIn++;
          left = this.#costs.time(cost, () => step.take(given));
          if (left !== undefined) cost.rowsOut++;
        }
        return left;
      },
      get done() {
        return steps.some(({ step }) => step.done);
      },
    };
  }

  entry<T>(read: () => T): T {
    const cost = this.#costs.of("entries");
    cost.rowsIn++;
    cost.rowsOut++;
    return this.#costs.time(cost, read);
  }

  pipe<T>(pipe: Pipe, rowsIn: number, work: () => T, rowsOut?: (made: T) => number): T {
    const cost = this.#ofPipe(pipe);
    cost.rowsIn += rowsIn;
    const made = this.#costs.time(cost, work);
    if (rowsOut !== undefined) cost.rowsOut += rowsOut(made);
    return made;
  }

  #ofPipe(pipe: Pipe): StageCost {
    const known = this.#pipes.get(pipe) ?? newCost(printPipeOf(pipe));
    this.#pipes.set(pipe, known);
    return known;
  }
}

function printPipeOf(pipe: Pipe): string {
  return printQuery({ filter: { kind: "all" }, pipes: [pipe], columns: null }).replace(/^\| /, "");
}
