/** Hostile requests by the million against a server of its own, and one of them again. */
import { fuzz, type FuzzReport, replayFuzz } from "../fuzz/fuzz.ts";
import { makeWorld } from "../fuzz/world.ts";
import { memoryFolder } from "../support/memory-folder.ts";
import { startArgus } from "../support/server-process.ts";

export interface FuzzRun {
  readonly count: number;
  readonly seed: number;
  readonly first: number;
  readonly say: (line: string) => void;
}

export async function tortureFuzz({ count, seed, first, say }: FuzzRun): Promise<FuzzReport> {
  using folder = memoryFolder();
  await using argus = await startArgus({ data: folder.path });
  const world = await makeWorld(argus.url);
  return await fuzz({ argus, world, seed, first, count, say });
}

/** @param which `seed:number`. @returns how many problems the server's log tells of. */
export async function replay(which: string, say: (line: string) => void): Promise<number> {
  const [seed, n] = which.split(":").map(Number);
  if (!Number.isInteger(seed) || !Number.isInteger(n))
    throw new Error(`which one? Name it as --fuzz-replay SEED:NUMBER, not ${which}`);
  await using argus = await startArgus();
  const world = await makeWorld(argus.url);
  const { bytes, answer } = await replayFuzz(world, Number(seed), Number(n));
  say(`> ${JSON.stringify(bytes.toString("latin1"))}`);
  say(
    answer === undefined
      ? "< no answer"
      : `< ${answer.status} ${JSON.stringify(answer.body.toString("latin1", 0, 2_000))}`,
  );
  const errors = argus.log.filter((line) => line.includes('"level":"error"'));
  for (const line of errors) say(line);
  return errors.length;
}
