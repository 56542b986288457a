/**
 * Cuts the pipes of a query into what streams over entries and what works on the rows that are left.
 * Invariant: running the parts one after the other is running the pipes in order.
 */
import { type Entry, entryIdText } from "../../domain/entry.ts";
import type { Filter, Pipe, PipeKind, Query } from "../../query/ast.ts";
import { compileEntryFilter } from "../filter/entry-filter.ts";
import { dedup, dedupKeys } from "./dedup.ts";
import { cellOfEntry } from "./field-cell.ts";
import { fields } from "./fields.ts";
import { limit } from "./limit.ts";
import { gathererOf } from "./gather.ts";
import { parseFields } from "./parse-fields.ts";
import { type PipeEnv, type Rows, batchOf } from "./rows.ts";
import { isSampled } from "./sample.ts";
import { sort } from "./sort.ts";
import { forgiving, unlessTooMuch } from "./too-much.ts";
import { where } from "./where.ts";

/** One pipe over a stream of entries. */
export interface EntryStep {
  /** @returns the entry (or what became of it), undefined when it is dropped. */
  take(entry: Entry): Entry | undefined;
  /** True when nothing more will be let through. */
  readonly done: boolean;
}

export interface Pipeline {
  /** The query's filter and the `where` pipes right behind it. */
  readonly filter: Filter;
  /** Pipes that take entries one at a time, in order. */
  readonly streamed: readonly Pipe[];
  /** True when a page can go on behind an entry's id: no streamed pipe remembers what came before. */
  readonly resumable: boolean;
  readonly rest: readonly Pipe[];
}

const STREAMED: ReadonlySet<PipeKind> = new Set(["where", "sample", "parse", "limit", "dedup"]);
const REMEMBERING: ReadonlySet<PipeKind> = new Set(["limit", "dedup"]);
export function pipelineOf(query: Query): Pipeline {
  let at = 0;
  const filters: Filter[] = query.filter.kind === "all" ? [] : [query.filter];
  for (let pipe = query.pipes[at]; pipe?.kind === "where"; pipe = query.pipes[++at])
    filters.push(pipe.filter);
  const from = at;
  for (let pipe = query.pipes[at]; pipe !== undefined && STREAMED.has(pipe.kind);)
    pipe = query.pipes[++at];
  const streamed = query.pipes.slice(from, at);
  const rest = query.pipes.slice(at);
  const [first, second] = rest;
  if (first?.kind === "fields" && second?.kind === "limit") {
    // Cutting rows and choosing columns commute; cut first, no more entries are read than asked for.
    streamed.push(second);
    rest.splice(1, 1);
  }
  return {
    filter: allOf(filters),
    streamed,
    resumable: !streamed.some((pipe) => REMEMBERING.has(pipe.kind)),
    rest,
  };
}

function allOf(filters: readonly Filter[]): Filter {
  const [only] = filters;
  if (only === undefined) return { kind: "all" };
  return filters.length === 1 ? only : { kind: "and", parts: filters };
}

/** @returns the pipes as one step; fresh, for one run. */
export function entrySteps(pipes: readonly Pipe[], env: PipeEnv): EntryStep {
  const steps = pipes.map((pipe) => entryStep(pipe, env));
  return {
    take: (entry) => {
      let left: Entry | undefined = entry;
      for (const step of steps) {
        if (left === undefined) break;
        left = step.take(left);
      }
      return left;
    },
    get done() {
      return steps.some((step) => step.done);
    },
  };
}

function entryStep(pipe: Pipe, env: PipeEnv): EntryStep {
  switch (pipe.kind) {
    case "where": {
      const passes = unlessTooMuch(compileEntryFilter(pipe.filter, env.meter), env);
      return { take: (entry) => (passes(entry) ? entry : undefined), done: false };
    }
    case "sample":
      return {
        take: (entry) => (isSampled(entryIdText(entry.id), pipe.of) ? entry : undefined),
        done: false,
      };
    case "limit": {
      let seen = 0;
      return {
        take: (entry) => {
          seen++;
          return seen > pipe.offset && seen <= pipe.offset + pipe.count ? entry : undefined;
        },
        get done() {
          return seen >= pipe.offset + pipe.count;
        },
      };
    }
    case "parse":
      return { take: (entry) => parseFields(entry, pipe), done: false };
    case "dedup": {
      const seen = dedupKeys(env);
      return {
        take: (entry) =>
          seen.isNew(pipe.fields.map((field) => cellOfEntry(entry, field))) ? entry : undefined,
        done: false,
      };
    }
    default:
      throw new TypeError(`${pipe.kind} does not stream`);
  }
}

/** The filters that a pipe asks a batch of its rows about. */
export function filtersOf(pipe: Pipe): readonly Filter[] {
  if (pipe.kind === "where") return [pipe.filter];
  if (pipe.kind !== "stats" && pipe.kind !== "timechart") return [];
  return pipe.functions.flatMap((call) => (call.fn === "count_if" ? [call.filter] : []));
}

/**
 * Runs a pipe over rows that are all there; not `context`, which reads further entries.
 * @param batch of these rows, which may know already which of them match the pipe's filters.
 */
export function applyPipe(
  rows: Rows,
  pipe: Pipe,
  env: PipeEnv,
  batch = forgiving(batchOf(rows), env),
): Rows {
  switch (pipe.kind) {
    case "where":
      return where(rows, pipe.filter, batch);
    case "limit":
      return limit(rows, pipe.count, pipe.offset);
    case "fields":
      return fields(rows, pipe.columns);
    case "sort":
      return sort(rows, pipe.keys, env);
    case "dedup":
      return dedup(rows, pipe.fields, env);
    case "stats":
    case "top":
    case "rare":
    case "timechart":
    case "patterns": {
      const gatherer = gathererOf(pipe, env);
      gatherer.add(batch);
      return { kind: "table", table: gatherer.finish(env.coveredStart) };
    }
    case "sample":
    case "parse":
      if (rows.kind === "table") throw new TypeError(`${pipe.kind} does not run over tables`);
      return { kind: "entries", entries: through(rows.entries, pipe, env) };
    default:
      throw new TypeError(`${pipe.kind} does not run over rows`);
  }
}

function through(entries: readonly Entry[], pipe: Pipe, env: PipeEnv): Entry[] {
  const step = entryStep(pipe, env);
  return entries.flatMap((entry) => step.take(entry) ?? []);
}
