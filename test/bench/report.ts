/**
 * Rows of figures as a Markdown table, with the machine they were measured on.
 */
import { execFileSync } from "node:child_process";
import { cpus, totalmem } from "node:os";

export type Row = Readonly<Record<string, string>>;

export function tableOf(rows: readonly Row[]): string {
  const names = Object.keys(rows[0] ?? {});
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [
    line(names),
    line(names.map(() => "---")),
    ...rows.map((row) => line(names.map((name) => row[name] ?? ""))),
  ].join("\n");
}

export function machine(): string {
  const commit = execFileSync("git", ["rev-parse", "--short", "HEAD"], { encoding: "utf8" }).trim();
  return `${cpus().length} × ${cpus()[0]?.model.trim() ?? "unknown"}, ${Math.round(totalmem() / 1e9)} GB, Node ${process.version}, commit ${commit}, ${new Date().toISOString().slice(0, 10)}`;
}
