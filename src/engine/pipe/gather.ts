/** Which pipes turn rows into a table whatever their order, and what gathers for each. */
import type { Pipe, PipeKind } from "../../query/ast.ts";
import type { Gatherer } from "./gatherer.ts";
import { patternsOf } from "./patterns.ts";
import type { PipeEnv } from "./rows.ts";
import { statsOf } from "./stats.ts";
import { timechartOf } from "./timechart.ts";
import { topOf } from "./top.ts";

const GATHERING: ReadonlySet<PipeKind> = new Set(["stats", "top", "rare", "timechart", "patterns"]);

export function gathers(pipe: Pipe): boolean {
  return GATHERING.has(pipe.kind);
}

/** @param pipe one for which `gathers` holds. */
export function gathererOf(pipe: Pipe, env: PipeEnv): Gatherer {
  switch (pipe.kind) {
    case "stats":
      return statsOf(pipe, env);
    case "top":
    case "rare":
      return topOf(pipe, env);
    case "timechart":
      return timechartOf(pipe, env);
    case "patterns":
      return patternsOf(pipe.count, env);
    default:
      throw new TypeError(`${pipe.kind} does not gather`);
  }
}
