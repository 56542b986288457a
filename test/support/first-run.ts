/**
 * Servers that nobody owns yet, for tests of the first run.
 * Invariant: the setup link is the one that the server printed.
 */
import { type ArgusProcess, startArgus } from "./server-process.ts";
import { until } from "./until.ts";

/** Starts Argus without an owner. */
export async function startUnowned(
  env: Readonly<Record<string, string>> = {},
): Promise<{ server: ArgusProcess; setupUrl: string }> {
  const server = await startArgus({
    env: { ARGUS_OWNER_EMAIL: "", ARGUS_OWNER_PASSWORD: "", ...env },
  });
  const setupUrl = await until("the setup link", () => setupIn(server.log));
  return { server, setupUrl };
}

function setupIn(log: readonly string[]): string | undefined {
  return log.map((line) => /"setup":"([^"]+)"/.exec(line)?.[1]).find((link) => link !== undefined);
}
