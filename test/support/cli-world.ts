/** A terminal, a clock and a network for commands under test; what they print is kept. */
import type { World } from "../../src/cli/command.ts";

export interface RecordedWorld {
  readonly world: World;
  readonly printed: { out: string; note: string };
}

/** @param over what differs from a world without terminal, network, settings and input. */
export function recordedWorld(over: Partial<World> = {}): RecordedWorld {
  const printed = { out: "", note: "" };
  const world: World = {
    out: (text) => {
      printed.out += typeof text === "string" ? text : Buffer.from(text).toString();
    },
    outDrained: () => Promise.resolve(),
    note: (text) => {
      printed.note += text;
    },
    outIsTerminal: false,
    noteIsTerminal: false,
    inIsTerminal: false,
    colour: false,
    stdin: inputOf(),
    ask: () => Promise.reject(new Error("nobody to ask")),
    env: {},
    nowMs: () => Date.UTC(2026, 10, 24, 15),
    sleep: (_ms, signal) =>
      signal === undefined
        ? Promise.resolve()
        : new Promise((_resolve, reject) => {
            signal.addEventListener("abort", () => reject(new Error("stopped")), { once: true });
          }),
    host: "box",
    signal: new AbortController().signal,
    fetch: () => Promise.reject(new TypeError("no network")),
    timeZone: "UTC",
    ...over,
  };
  return { world, printed };
}

export async function* inputOf(...chunks: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield await Promise.resolve(new TextEncoder().encode(chunk));
}
