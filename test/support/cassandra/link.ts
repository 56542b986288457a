/**
 * A TCP address that forwards to another one, and stops to.
 * Invariants: without a fault it changes nothing; what a stalled link holds back is carried when it is mended, late but in
 * order, and a connection that ended meanwhile is heard of no sooner.
 */
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

export interface Link extends AsyncDisposable {
  /** Carries nothing more and tells nobody, as a network that loses every packet. New connections open, and hang. */
  stall(): void;
  /** Undoes `stall`. */
  mend(): void;
  /** The same for what one sender sends, where the link can tell senders apart. */
  stallFrom(sender: string): void;
  mendFrom(sender: string): void;
  /** The connections that there are carry nothing any more, ever, and nobody is told. New ones do. */
  forsake(): void;
  /** What is next sent back by the other side is lost, and the connection that it was sent on. */
  loseAnswer(): void;
}

export interface LinkPlan {
  readonly from: { readonly host: string; readonly port: number };
  readonly to: { readonly host: string; readonly port: number };
  /** Names who opened a connection, by the first bytes that it sent. */
  readonly senderOf?: (first: Buffer) => string;
}

export async function startLink(plan: LinkPlan): Promise<Link> {
  let isStalled = false;
  const stalledSenders = new Set<string>();
  const pairs = new Set<Pair>();
  const forsaken = new WeakSet<Pair>();
  const settle = (pair: Pair): void => {
    if (isStalled || stalledSenders.has(pair.sender) || forsaken.has(pair)) pair.hold();
    else pair.carry();
  };
  const settleAll = (): void => {
    for (const pair of pairs) settle(pair);
  };
  const server = createServer((client) => {
    const begin = (sender: string): void => {
      const pair = join(client, sender, plan, () => pairs.delete(pair));
      pairs.add(pair);
      settle(pair);
    };
    const { senderOf } = plan;
    if (senderOf === undefined) return begin("");
    client.on("error", () => client.destroy());
    client.once("data", (first: Buffer) => {
      client.pause();
      client.unshift(first);
      begin(senderOf(first));
    });
    return undefined;
  });
  server.listen(plan.from.port, plan.from.host);
  await once(server, "listening");
  return {
    stall: () => {
      isStalled = true;
      settleAll();
    },
    mend: () => {
      isStalled = false;
      settleAll();
    },
    stallFrom: (sender) => {
      stalledSenders.add(sender);
      settleAll();
    },
    mendFrom: (sender) => {
      stalledSenders.delete(sender);
      settleAll();
    },
    forsake: () => {
      for (const pair of pairs) {
        pair.hold();
        forsaken.add(pair);
      }
    },
    loseAnswer: () => {
      for (const pair of pairs)
        pair.awaitAnswer(() => {
          settleAll();
          pair.drop();
        });
    },
    [Symbol.asyncDispose]: async () => {
      server.close();
      for (const pair of pairs) pair.drop();
      await once(server, "close");
    },
  };
}

interface Pair {
  readonly sender: string;
  carry(): void;
  hold(): void;
  /** Carries one way alone, until something comes from the other side: it goes no further, and `then` is called. */
  awaitAnswer(then: () => void): void;
  drop(): void;
}

function join(client: Socket, sender: string, { to }: LinkPlan, onGone: () => void): Pair {
  const upstream = connect(to.port, to.host);
  const ends = [client, upstream] as const;
  let state: "holds" | "carries" | "awaits" = "holds";
  let hasEnded = false;
  let onAnswer: (() => void) | undefined;
  const drop = (): void => {
    for (const end of ends) end.destroy();
    onGone();
  };
  const ended = (): void => {
    hasEnded = true;
    if (state !== "holds") drop();
  };
  for (const end of ends) {
    end.setNoDelay(true);
    end.pause();
    end.on("error", ended);
    end.on("close", ended);
  }
  const stop = (): void => {
    client.unpipe(upstream);
    upstream.unpipe(client);
    if (onAnswer !== undefined) upstream.off("data", onAnswer);
    onAnswer = undefined;
    for (const end of ends) end.pause();
  };
  return {
    sender,
    drop,
    carry: () => {
      if (hasEnded) return drop();
      if (state === "carries") return;
      stop();
      state = "carries";
      client.pipe(upstream);
      upstream.pipe(client);
    },
    hold: () => {
      if (state === "holds") return;
      stop();
      state = "holds";
    },
    awaitAnswer: (then) => {
      if (state !== "carries") return;
      stop();
      state = "awaits";
      client.pipe(upstream);
      onAnswer = then;
      upstream.once("data", then);
      upstream.resume();
    },
  };
}
