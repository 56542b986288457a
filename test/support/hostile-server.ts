/**
 * The real server that a file of hostile tests shares. Invariant: whatever a test sent, the process lives, is ready,
 * and has met nothing that it calls a bug.
 */
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import { makeApplication } from "./api-setup.ts";
import { type ArgusProcess, startArgus } from "./server-process.ts";

export const SEND = "/twirp/argus.v1.LogService/SendLogs";

export interface HostileServer {
  readonly argus: ArgusProcess;
  readonly url: string;
  readonly port: number;
  /** The secret of a key of its application. */
  readonly key: string;
}

/** Starts it before the file's tests and looks at it after each. @param onStart told of it before the first. */
export function useHostileServer(onStart: (server: HostileServer) => void): void {
  let argus: ArgusProcess | undefined;
  beforeAll(async () => {
    argus = await startArgus();
    const { url } = argus;
    const { secret: key } = await makeApplication(url, "hostile");
    onStart({ argus, url, port: Number(new URL(url).port), key });
  });
  afterAll(() => argus?.[Symbol.asyncDispose]());
  afterEach(async () => {
    expect((await fetch(`${argus?.url}/readyz`)).status).toBe(200);
    expect(argus?.log.filter((line) => line.includes('"level":"error"'))).toEqual([]);
  });
}
