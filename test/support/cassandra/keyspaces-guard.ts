/**
 * Stands between the driver and a real node and makes of it what Amazon Keyspaces is: refuses what Keyspaces refuses, with
 * its errors, and does what Keyspaces may do to whoever asks: throttle, answer with short and empty pages, apply a batch in
 * part, define later. Invariants: without luck against it a request reaches the node as it was sent; nothing waits for time;
 * what is drawn comes of a seed; the same request is throttled at most twice in a row, so that whoever tries again succeeds.
 */
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import cassandra from "cassandra-driver";

import { seeded } from "../sample-logs.ts";
import { bodyOf, eachFrame, HEADER_BYTES, OPCODE, RESULT, shortBytes } from "./cql-frames.ts";
import {
  askingFor,
  errorFrame,
  type Parameters,
  readBatch,
  readParameters,
  saysApplied,
  textIn,
  voidFrame,
  type WireError,
  withText,
} from "./keyspaces-frames.ts";
import { createPages } from "./keyspaces-pages.ts";
import {
  batchRefusal,
  levelRefusal,
  THROTTLES_IN_A_ROW,
  timedOut,
  tooLarge,
  writeTypeOf,
} from "./keyspaces-rules.ts";
import { createKeyspacesSchema } from "./keyspaces-schema.ts";
import { type GuardedStatement, isSystem, lookAt } from "./keyspaces-statements.ts";

export interface KeyspacesGuard extends AsyncDisposable {
  /** `host:port`, in the node's place. */
  readonly contactPoint: string;
  /** A client of the node itself, for what only a test does. */
  readonly direct: cassandra.Client;
  /** What was refused, and why; a suite that passes has an empty one. */
  readonly refused: readonly string[];
  /** How often each of the hardships was met. */
  readonly met: Readonly<Record<Hardship, number>>;
}

export type Hardship = "throttled" | "shortPage" | "emptyPage" | "emptyLastPage" | "halfBatch";

export interface KeyspacesGuardOptions {
  /** `host:port` of the real node. */
  readonly node: string;
  readonly localDataCenter: string;
  readonly seed: number;
  /** Share of the requests that are throttled, in [0, 1]. */
  readonly throttled?: number;
  /**
   * Whether any compare-and-set may be throttled, done or not. Otherwise only one whose outcome its second try shows: one
   * that applied, or a deletion that was not made. About the others the store rightly says that it does not know.
   */
  readonly inDoubt?: boolean;
  /** Share of the pages that are short, or empty, or wrong in saying that more follow. */
  readonly paged?: number;
}

/** Definitions take seconds on a node that many tests share. */
const PATIENCE_MS = 60_000;

export async function startKeyspacesGuard(options: KeyspacesGuardOptions): Promise<KeyspacesGuard> {
  const { node, localDataCenter, throttled = 0, paged = 0, inDoubt = false } = options;
  const [host = "", port = ""] = node.split(":");
  const direct = new cassandra.Client({
    contactPoints: [node],
    localDataCenter,
    socketOptions: { readTimeout: PATIENCE_MS },
  });
  const schema = await createKeyspacesSchema(direct, localDataCenter);
  const random = seeded(options.seed);
  const sockets = new Set<Socket>();
  const prepared = new Map<string, GuardedStatement>();
  /** How often in a row a request was throttled, by its body. */
  const throttles = new Map<string, number>();
  const refused: string[] = [];
  const met = { throttled: 0, shortPage: 0, emptyPage: 0, emptyLastPage: 0, halfBatch: 0 };
  const pages = createPages({ random, share: paged, met });

  const invalid = ({ cql }: Pick<GuardedStatement, "cql">, why: string): WireError => {
    refused.push(`${why}: ${cql}`);
    return { code: 0x22_00, message: why };
  };

  /** @returns why a request is refused, whatever is bound to it. */
  const refusalOf = (statement: GuardedStatement, sent?: Parameters): string | undefined => {
    if (statement.refusal !== undefined) return statement.refusal;
    if (isSystem(statement.table)) return undefined;
    return (
      schema.refusal(statement) ?? (sent === undefined ? undefined : levelRefusal(statement, sent))
    );
  };

  const isThrottled = (frame: Buffer): boolean => {
    const key = frame.toString("latin1", HEADER_BYTES);
    const before = throttles.get(key) ?? 0;
    if (before >= THROTTLES_IN_A_ROW || random.unit() >= throttled) {
      throttles.delete(key);
      return false;
    }
    throttles.set(key, before + 1);
    return true;
  };

  const server = createServer((client) => {
    const upstream = connect(Number(port), host);
    const close = (): void => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on("close", () => {
        sockets.delete(socket);
        close();
      });
      socket.on("error", close);
    }
    /** What is made of the answer on a stream of this connection. */
    const waiting = new Map<number, (answer: Buffer) => Buffer>();
    const answer = (frame: Buffer): void => void client.write(frame);
    const forward = (frame: Buffer, take?: (answer: Buffer) => Buffer): void => {
      if (take !== undefined) waiting.set(frame.readInt16BE(2), take);
      upstream.write(frame);
    };

    const onPrepare = (frame: Buffer): void => {
      const statement = lookAt(textIn(frame));
      const why =
        statement.verb === "define" || statement.verb === "batch"
          ? "only statements that read or write can be prepared"
          : refusalOf(statement);
      if (why !== undefined) return answer(errorFrame(frame, invalid(statement, why)));
      const text = statement.cql.replaceAll("system_schema_mcs", schema.mcs);
      return forward(withText(frame, text), (result) => {
        const at = bodyOf(result);
        if (result[4] === OPCODE.result && result.readInt32BE(at) === RESULT.prepared)
          prepared.set(shortBytes(result, at + 4), statement);
        return result;
      });
    };

    const onQuery = async (frame: Buffer): Promise<void> => {
      const statement = lookAt(textIn(frame));
      const from = HEADER_BYTES + 4 + frame.readInt32BE(HEADER_BYTES);
      const sent = readParameters(frame, from);
      if (statement.verb === "define") {
        const why = statement.refusal ?? (await schema.define(statement));
        return answer(
          why === undefined ? voidFrame(frame) : errorFrame(frame, invalid(statement, why)),
        );
      }
      const why = statement.verb === "batch" ? "send it as a batch" : refusalOf(statement, sent);
      if (why !== undefined) return answer(errorFrame(frame, invalid(statement, why)));
      return forward(frame);
    };

    const onExecute = async (frame: Buffer): Promise<void> => {
      const statement = prepared.get(shortBytes(frame, HEADER_BYTES));
      if (statement === undefined) return forward(frame);
      if (statement.cql.includes("system_schema_mcs")) await schema.polled();
      if (isSystem(statement.table)) return forward(frame);
      const from = HEADER_BYTES + 2 + frame.readUInt16BE(HEADER_BYTES);
      const sent = readParameters(frame, from);
      const why =
        refusalOf(statement, sent) ??
        tooLarge(statement, sent) ??
        (await schema.refusalOf(statement, sent.values));
      if (why !== undefined) return answer(errorFrame(frame, invalid(statement, why)));
      if (isThrottled(frame)) {
        const late = (): Buffer => {
          met.throttled++;
          return errorFrame(frame, timedOut(writeTypeOf(statement)));
        };
        const isCas = statement.isConditional && !inDoubt;
        const isDone = isCas ? statement.verb !== "delete" : random.below(2) > 0;
        if (statement.verb === "select" || !isDone) return answer(late());
        return forward(frame, (result) => {
          if (result[4] === OPCODE.error || (isCas && !saysApplied(result))) return result;
          return late();
        });
      }
      return statement.verb === "select" ? onRead(frame, from, sent) : forward(frame);
    };

    const onRead = (frame: Buffer, from: number, sent: Parameters): void => {
      const { page, answer: paged } = pages(sent);
      forward(askingFor(frame, from, sent, page), paged);
    };

    const onBatch = (frame: Buffer): void => {
      const batch = readBatch(frame);
      const statements = batch.statements.map((each) =>
        "text" in each ? lookAt(each.text) : (prepared.get(each.id) ?? lookAt("")),
      );
      const why =
        batchRefusal(batch.isLogged, statements) ??
        statements.map((each) => refusalOf(each)).find((each) => each !== undefined);
      if (why !== undefined) return answer(errorFrame(frame, invalid({ cql: "a batch" }, why)));
      if (!isThrottled(frame)) return forward(frame);
      met.halfBatch++;
      const error = timedOut("UNLOGGED_BATCH");
      const part = random.below(statements.length);
      if (part === 0) return answer(errorFrame(frame, error));
      return forward(batch.first(part), () => errorFrame(frame, error));
    };

    eachFrame(client, (frame) => {
      const opcode = frame[4];
      // Frames are views of what arrived, and these are kept while the node is asked.
      const own = Buffer.from(frame);
      if (opcode === OPCODE.prepare) onPrepare(own);
      else if (opcode === OPCODE.batch) onBatch(own);
      else if (opcode === OPCODE.query) void onQuery(own).catch(close);
      else if (opcode === OPCODE.execute) void onExecute(own).catch(close);
      else upstream.write(frame);
    });
    eachFrame(upstream, (frame) => {
      const stream = frame.readInt16BE(2);
      const take = waiting.get(stream);
      waiting.delete(stream);
      client.write(take === undefined ? frame : take(frame));
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");

  return {
    contactPoint: `127.0.0.1:${address.port}`,
    direct,
    refused,
    met,
    [Symbol.asyncDispose]: async () => {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, "close");
      await direct.shutdown();
    },
  };
}
