/** Why an answer is partial, shorter than the server says it. Pure. */
import { lengthText } from "../time/wall-clock.ts";
import { bytesText } from "../words.ts";

const BUDGET = /^the budget of (\d+) (rows|decompressed bytes|ms|bytes of memory) is spent$/;
/** A budget that the server names alone. */
const WORDS: ReadonlySet<string> = new Set(["rows", "bytes", "time", "memory"]);

export function reasonText(reason: string): string {
  return reason.split("; ").map(partText).join("; ");
}

function partText(part: string): string {
  const [, amount = "", of] = BUDGET.exec(part) ?? [];
  if (WORDS.has(part)) return `its limit of ${part} reached`;
  switch (of) {
    case "rows":
      return `stopped at ${Number(amount).toLocaleString()} rows`;
    case "decompressed bytes":
      return `stopped at ${bytesText(Number(amount))} of blocks`;
    case "ms":
      return `${lengthText(Number(amount))} reached`;
    case "bytes of memory":
      return "memory limit";
    default:
      return part;
  }
}
