/**
 * A proxy between the driver and a node that knows the statements it carries and can lose what it is told to lose.
 * Invariants: without a fault it changes nothing; a fault meets one execution of a prepared statement, the next one that
 * its condition names, and is used up by it. It reads frames of protocol 4 without compression, as the store speaks it.
 */
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

import { bodyOf, eachFrame, HEADER_BYTES, OPCODE, RESULT, shortBytes } from "./cql-frames.ts";

export const FAULTS_OF_PROXY = [
  /** The node does it; the answer and the connection are lost. */
  "lose the answer",
  /** The connection is lost before the node gets the request. */
  "lose the request",
  /** The node gets it twice; the answer is the second one's. */
  "send twice",
  /** The connection is lost at once; the node gets the request when `releaseHeld` is called. */
  "hold",
] as const;
export type FaultOfProxy =
  | (typeof FAULTS_OF_PROXY)[number]
  /** The node does it, and the connection lives on; the answer alone comes when `releaseHeld` is called. */
  | "hold the answer";

export interface FaultyProxy extends AsyncDisposable {
  /** `host:port`, in the node's place. */
  readonly contactPoint: string;
  /** Arms one fault for the next execution of a statement whose CQL matches. */
  arm(cql: RegExp, fault: FaultOfProxy): void;
  /** How many armed faults have not met their statement. */
  readonly armed: number;
  /** Drops every connection and takes no new one until `mend`. */
  cut(): void;
  mend(): void;
  /** Sends on what was held; resolves when the node has answered all of it. */
  releaseHeld(): Promise<void>;
}

/** @param node `host:port` of a node. */
export async function startFaultyProxy(node: string): Promise<FaultyProxy> {
  const [host = "", port = ""] = node.split(":");
  const faults: { pattern: RegExp; fault: FaultOfProxy }[] = [];
  const sockets = new Set<Socket>();
  /** CQL by the id that the node gave it. */
  const prepared = new Map<string, string>();
  const held: (() => Promise<void>)[] = [];
  let isCut = false;

  const server = createServer((client) => {
    if (isCut) return void client.destroy();
    const upstream = connect(Number(port), host);
    const close = (): void => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on("close", () => sockets.delete(socket));
      socket.on("error", close);
    }
    upstream.on("close", close);

    /** What waits for the answer on a stream of this connection, in the order of the requests. */
    const waiting = new Map<number, (answer: Buffer) => boolean>();
    let keepUpstream = false;
    client.on("close", () => {
      if (!keepUpstream) close();
    });

    eachFrame(client, (frame) => {
      const stream = frame.readInt16BE(2);
      if (frame[4] === OPCODE.prepare) {
        const cql = frame.toString("utf8", HEADER_BYTES + 4);
        waiting.set(stream, (answer) => {
          const at = bodyOf(answer);
          if (answer[4] === OPCODE.result && answer.readInt32BE(at) === RESULT.prepared)
            prepared.set(shortBytes(answer, at + 4), cql);
          return true;
        });
      }
      const cql = frame[4] === OPCODE.execute ? prepared.get(shortBytes(frame, HEADER_BYTES)) : "";
      const at = faults.findIndex(({ pattern }) => pattern.test(cql ?? ""));
      const fault = at < 0 ? undefined : faults.splice(at, 1)[0]?.fault;
      if (fault === "lose the request") return close();
      if (fault === "lose the answer") {
        waiting.set(stream, () => {
          close();
          return false;
        });
      }
      if (fault === "send twice") {
        waiting.set(stream, () => {
          upstream.write(frame);
          return false;
        });
      }
      if (fault === "hold the answer") {
        waiting.set(stream, (answer) => {
          held.push(async () => void client.write(answer));
          return false;
        });
      }
      if (fault === "hold") {
        keepUpstream = true;
        const { promise, resolve } = Promise.withResolvers<void>();
        waiting.set(stream, () => {
          resolve();
          return false;
        });
        upstream.on("close", () => resolve());
        held.push(() => {
          upstream.write(frame);
          return promise;
        });
        client.destroy();
        return undefined;
      }
      upstream.write(frame);
      return undefined;
    });
    eachFrame(upstream, (frame) => {
      const stream = frame.readInt16BE(2);
      const waits = waiting.get(stream);
      waiting.delete(stream);
      if (waits === undefined || waits(frame)) client.write(frame);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");

  return {
    contactPoint: `127.0.0.1:${address.port}`,
    arm: (pattern, fault) => {
      faults.push({ pattern, fault });
    },
    get armed() {
      return faults.length;
    },
    cut: () => {
      isCut = true;
      for (const socket of sockets) socket.destroy();
    },
    mend: () => {
      isCut = false;
    },
    releaseHeld: async () => {
      await Promise.all(held.splice(0).map((send) => send()));
    },
    [Symbol.asyncDispose]: async () => {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, "close");
    },
  };
}
