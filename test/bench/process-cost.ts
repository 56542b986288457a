/**
 * What a process has cost so far, by the operating system's own accounts (all its threads).
 * Source: proc(5), fields utime and stime of stat, VmHWM of status.
 */
import { readdirSync, readFileSync } from "node:fs";

/** Clock ticks a second; 100 on every Linux this has been run on (getconf CLK_TCK). */
const TICKS_PER_SECOND = 100;

export interface ProcessCost {
  readonly cpuMs: number;
  /** Highest resident size so far. */
  readonly peakBytes: number;
}

export function costOf(pid: number): ProcessCost {
  const peak = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "latin1"));
  return {
    cpuMs: statOf(`/proc/${pid}/stat`).cpuMs,
    peakBytes: Number(peak?.[1] ?? 0) * 1024,
  };
}

/** What each thread of the process has cost, in the order the threads were made. */
export function threadCosts(pid: number): ReadonlyMap<number, { name: string; cpuMs: number }> {
  const ids = readdirSync(`/proc/${pid}/task`).map(Number);
  return new Map(
    ids.toSorted((a, b) => a - b).map((id) => [id, statOf(`/proc/${pid}/task/${id}/stat`)]),
  );
}

function statOf(path: string): { name: string; cpuMs: number } {
  const stat = readFileSync(path, "latin1");
  // The name may hold spaces: fields count from behind its closing parenthesis.
  const end = stat.lastIndexOf(")");
  const fields = stat.slice(end + 2).split(" ");
  return {
    name: stat.slice(stat.indexOf("(") + 1, end),
    cpuMs: ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS_PER_SECOND,
  };
}
