/**
 * What a process has cost so far, by the operating system's own accounts (all its threads).
 * Source: proc(5), fields utime and stime of stat, VmHWM of status.
 */
import { readFileSync } from "node:fs";

/** Clock ticks a second; 100 on every Linux this has been run on (getconf CLK_TCK). */
const TICKS_PER_SECOND = 100;

export interface ProcessCost {
  readonly cpuMs: number;
  /** Highest resident size so far. */
  readonly peakBytes: number;
}

export function costOf(pid: number): ProcessCost {
  const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  // The command's name may hold spaces: fields count from behind its closing parenthesis.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const ticks = Number(fields[11]) + Number(fields[12]);
  const peak = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "latin1"));
  return { cpuMs: (ticks * 1000) / TICKS_PER_SECOND, peakBytes: Number(peak?.[1] ?? 0) * 1024 };
}
